namespace Grimoire.Documents;

/// <summary>Which of the names that there are was probably meant.</summary>
public static class Suggestion
{
    /// <summary>A value can have any number of names, and to look at a thousand of them is enough.</summary>
    const int MostCompared = 1_000;

    /// <summary>"; did you mean 'timeout'?", or nothing if no name is near.</summary>
    public static string Hint(string written, IEnumerable<string> names) =>
        Of(written, names) is { } meant ? $"; did you mean '{meant}'?" : "";

    /// <summary>" Did you mean 'timeout'?", or nothing if no name is near.</summary>
    public static string Question(string written, IEnumerable<string> names) =>
        Of(written, names) is { } meant ? $" Did you mean '{meant}'?" : "";

    /// <summary>Null if none is near. Of several that are equally near, the first in ordinal order.</summary>
    public static string? Of(string written, IEnumerable<string> names)
    {
        // Longer texts are no slips of the pen, and comparing them costs length times length.
        if (written.Length is 0 or > 64)
        {
            return null;
        }

        var allowed = Math.Max(1, written.Length / 3);
        return names
            .Where(name => Math.Abs(name.Length - written.Length) <= allowed)
            .Take(MostCompared)
            .Select(name => (Name: name, Distance: Distance(written.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(near => near.Distance <= allowed)
            .OrderBy(near => near.Distance)
            .ThenBy(near => near.Name, StringComparer.Ordinal)
            .Select(near => near.Name)
            .FirstOrDefault();
    }

    /// <summary>How many letters are other ones, too many or missing; two that have changed places are one slip.</summary>
    static int Distance(string left, string right)
    {
        var before = new int[right.Length + 1];
        var previous = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++)
        {
            previous[column] = column;
        }

        for (var row = 1; row <= left.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var replaced = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                current[column] = Math.Min(replaced, Math.Min(previous[column], current[column - 1]) + 1);
                if (row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1])
                {
                    current[column] = Math.Min(current[column], before[column - 2] + 1);
                }
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[right.Length];
    }
}
