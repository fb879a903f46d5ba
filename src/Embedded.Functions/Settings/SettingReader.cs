using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Embedded.Functions.Settings;

/// <summary>
/// Reads values of settings. A stronger source hides the same setting of a weaker one, right or wrong; what then is wrong becomes a
/// problem, and the value the fallback.
/// </summary>
/// <param name="sources">The strongest first.</param>
internal sealed class SettingReader(IReadOnlyList<SettingSource> sources, List<SettingProblem> problems)
{
    public delegate bool Parser<T>(string text, [MaybeNullWhen(false)] out T value);

    public string? Text(string path) => Find(path)?.Node.Text;

    public bool Flag(string path, bool fallback) => Parse(path, fallback, bool.TryParse, "true or false");

    public int Integer(string path, int fallback, int least, int most = int.MaxValue) => (int)Integer(path, (long)fallback, least, most);

    public int? OptionalInteger(string path, int least) => Parse(
        path,
        null,
        (string text, out int? value) =>
        {
            bool read = TryInteger(text, least, int.MaxValue, out long number);
            value = read ? (int)number : null;
            return read;
        },
        RangeText(least, int.MaxValue));

    public long Integer(string path, long fallback, long least, long most = long.MaxValue) => Parse(
        path,
        fallback,
        (string text, out long value) => TryInteger(text, least, most, out value),
        RangeText(least, most));

    /// <summary>A limit that -1 lifts.</summary>
    public int Limit(string path, int fallback) => Parse(
        path,
        fallback,
        (string text, out int value) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value) && value is -1 or >= 1,
        "-1 (no limit) or a whole number of 1 or more");

    public T Choice<T>(string path, T fallback) where T : struct, Enum => Parse(
        path, fallback, TryChoice, $"one of {string.Join(", ", Enum.GetNames<T>())}");

    /// <summary>The entries of all sources, the stronger one's where several have the same.</summary>
    public IReadOnlyDictionary<string, string> Map(string path, Func<string, string, string?>? complaint = null)
    {
        var entries = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (SettingSource source in sources.Reverse())
        {
            foreach (SettingNode entry in source.Root.FindPath(path)?.Children ?? [])
            {
                if (entry.Text is not { } text)
                {
                    continue;
                }

                if (complaint?.Invoke(entry.Name, text) is { } message)
                {
                    problems.Add(source.Error($"{path}.{entry.Name}", message));
                    continue;
                }

                entries[entry.Name] = text;
            }
        }

        return entries;
    }

    /// <summary>The strongest source's list, or its value taken apart at commas.</summary>
    public IReadOnlyList<string> List(string path)
    {
        (_, SettingNode? node) = Find(path) ?? default;
        return node is { Kind: SettingNodeKind.List }
            ? [.. node.Children.Select(child => child.Text).OfType<string>().Select(text => text.Trim()).Where(text => text.Length > 0)]
            : node?.Text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    public T Parse<T>(string path, T fallback, Parser<T> parse, string expected)
    {
        if (Find(path) is not ({ } source, { Text: { } text }))
        {
            return fallback;
        }

        if (parse(text, out T? value))
        {
            return value;
        }

        problems.Add(source.Error(path, $"'{text}' must be {expected}"));
        return fallback;
    }

    public void Warn(string path, string message)
    {
        if (Find(path) is ({ } source, _))
        {
            problems.Add(source.Warning(path, message));
        }
    }

    public void Reject(string path, string message) => problems.Add((Find(path)?.Source ?? sources[^1]).Error(path, message));

    (SettingSource Source, SettingNode Node)? Find(string path)
    {
        foreach (SettingSource source in sources)
        {
            if (source.Root.FindPath(path) is { Kind: not SettingNodeKind.Nothing } node)
            {
                return (source, node);
            }
        }

        return null;
    }

    static bool TryInteger(string text, long least, long most, out long value) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;

    static string RangeText(long least, long most) =>
        most is int.MaxValue or long.MaxValue ? $"a whole number of {least} or more" : $"a whole number from {least} to {most}";

    // By name alone: Enum.TryParse would also take numbers.
    static bool TryChoice<T>(string text, out T value) where T : struct, Enum
    {
        string? name = Enum.GetNames<T>().FirstOrDefault(name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
        value = name is null ? default : Enum.Parse<T>(name);
        return name is not null;
    }
}
