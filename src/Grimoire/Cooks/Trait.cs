using System.Text.Json.Nodes;

namespace Grimoire.Cooks;

/// <summary>An input whose value is drawn by chance, some values more often than others.</summary>
sealed class Trait(string name, IReadOnlyList<JsonNode?> values, IReadOnlyList<ulong> weights)
{
    readonly ulong[] _ends = Ends(weights);

    public string Name => name;

    public IReadOnlyList<JsonNode?> Values => values;

    /// <summary>Which of the values a piece has.</summary>
    public int Draw(long seed, int piece, int attempt)
    {
        var place = new Draws(seed, piece, attempt, name).Below(_ends[^1]);
        var found = Array.BinarySearch(_ends, place);
        return found < 0 ? ~found : found + 1;
    }

    // Weights are above zero, so no two ends are the same.
    static ulong[] Ends(IReadOnlyList<ulong> weights)
    {
        var ends = new ulong[weights.Count];
        var sum = 0UL;
        for (var i = 0; i < ends.Length; i++)
        {
            ends[i] = sum += weights[i];
        }

        return ends;
    }
}
