using System.Text;

namespace Grimoire.Cooks;

/// <summary>
/// The numbers that traits are drawn with: SplitMix64, started anew for each seed, piece, attempt and trait, so that none of them depends on another.
/// Never to be changed: a cook is reproducible because the same document comes to the same pieces with every version, on every machine.
/// </summary>
struct Draws(long seed, int piece, int attempt, string trait)
{
    const ulong Step = 0x9E3779B97F4A7C15;

    ulong _state = Mix(Mix(Mix(Mix((ulong)seed) + (ulong)piece) + (ulong)attempt) ^ HashOf(trait));

    public ulong Next() => Mix(_state += Step);

    /// <summary>From 0 to <paramref name="limit"/> - 1, each equally often.</summary>
    public ulong Below(ulong limit)
    {
        // Of the 2^64 numbers, so many at the lower end of each share are left out that all shares are of one size (Lemire's method).
        var leftOut = (0 - limit) % limit;
        while (true)
        {
            var share = (UInt128)Next() * limit;
            if ((ulong)share >= leftOut)
            {
                return (ulong)(share >> 64);
            }
        }
    }

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>FNV-1a of the name in UTF-8.</summary>
    static ulong HashOf(string name)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var one in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ one) * 0x100000001B3;
        }

        return hash;
    }
}
