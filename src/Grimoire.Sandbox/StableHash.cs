using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Grimoire.Sandbox;

/// <summary>Numbers that depend on nothing but what they are made from: the same today, tomorrow and in another process.</summary>
static class StableHash
{
    public static ulong Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>The number at a place of the endless sequence that a seed stands for (SplitMix64).</summary>
    public static ulong At(ulong seed, ulong place)
    {
        ulong z = seed + (place + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>The same as <see cref="At"/>, from 0 to less than 1.</summary>
    public static double FractionAt(ulong seed, ulong place) => (At(seed, place) >> 11) * (1.0 / (1UL << 53));

    public static string Hex(ulong hash) => hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
