using System.Globalization;

namespace Grimoire.Documents;

/// <summary>Pointers in the order of a document's elements: 2 comes before 10.</summary>
sealed class PointerOrder : IComparer<string>
{
    public static PointerOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = (JsonPointer.Parts(x ?? ""), JsonPointer.Parts(y ?? ""));
        for (var part = 0; part < left.Count && part < right.Count; part++)
        {
            var order = TryIndex(left[part], out var first) && TryIndex(right[part], out var second)
                ? first.CompareTo(second)
                : string.CompareOrdinal(left[part], right[part]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Count.CompareTo(right.Count);
    }

    static bool TryIndex(string part, out int index) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out index);
}
