using System.Buffers.Binary;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>What the header of a PNG says.</summary>
internal sealed record Png(int Width, int Height)
{
    public static Png Read(ReadOnlySpan<byte> bytes)
    {
        Assert.True(bytes[..8].SequenceEqual<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), "It is no PNG.");
        Assert.True(bytes[12..16].SequenceEqual("IHDR"u8), "It has no header.");
        Assert.True(bytes[^8..^4].SequenceEqual("IEND"u8), "It is cut off.");
        return new Png(BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadInt32BigEndian(bytes[20..]));
    }
}
