using System.Text;
using Grimoire.Documents;

namespace Grimoire.Expressions;

/// <summary>Says what is missing, and what there is instead.</summary>
static class MissingText
{
    const int Shown = 10;

    public static string Root(string name, IEnumerable<string> roots)
    {
        string[] known = [.. roots.Order(StringComparer.Ordinal)];
        return $"There is no '{Cut(name)}' here{(known.Length == 0 ? "" : $"; there is: {List(known)}")}.{Suggestion.Question(name, known)}";
    }

    /// <param name="path">Of what should have it.</param>
    /// <param name="key">A name, an index, or null for a wildcard.</param>
    /// <param name="secretive">Whether names may give something away.</param>
    public static string Part(string path, object? key, Value container, bool secretive)
    {
        var wanted = key switch
        {
            int index => $"[{index}]",
            _ when secretive => "that part",
            _ => $"'{Cut(key as string ?? "*")}'",
        };
        return (container.Kind, key) switch
        {
            (_, null) => $"{path} is {container.Article}; [*] needs an array or an object.",
            (ValueKind.Null, _) => $"{path} is null and has no {wanted}.",
            (ValueKind.Object, int) => $"{path} is an object and has no {wanted}: its parts have names.",
            (ValueKind.Object, _) when secretive => $"{path} has no {wanted}.",
            (ValueKind.Object, string name) => $"{path} has no {wanted}; {Has(container)}.{Hint(name, container)}",
            (ValueKind.Array, int) => $"{path} has no {wanted}; it has {(container.Count == 1 ? "1 element" : $"{container.Count} elements")}.",
            (ValueKind.Array, _) => $"{path} is an array and has no {wanted}; [0] is its first element, [*] all of them.",
            _ => $"{path} is {container.Article} and has no {wanted}.",
        };
    }

    /// <summary>The path up to, and without, the segment at <paramref name="end"/>, as it could be written.</summary>
    public static string Path(string? root, IReadOnlyList<PathSegment> segments, int end)
    {
        var text = new StringBuilder(root ?? "The value");
        foreach (var segment in segments.Take(end))
        {
            text.Append(segment.Key switch
            {
                string name when name.All(c => c is '_' or '-' || char.IsLetterOrDigit(c)) => $".{name}",
                string name => $"['{name}']",
                int index => $"[{index}]",
                _ => "[…]",
            });
        }

        return text.Length > 200 ? $"{text.ToString(0, 200)}…" : text.ToString();
    }

    static string Has(Value container) =>
        container.Count == 0 ? "it is empty" : $"it has: {List([.. container.Members.Take(Shown + 1).Select(member => member.Key)])}";

    static string Hint(string name, Value container)
    {
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && container.TryGetMember(name[..dash], out _)
            ? " A subtraction needs a space before its '-'."
            : Suggestion.Question(name, container.Members.Select(member => member.Key));
    }

    static string List(string[] names) =>
        string.Join(", ", names.Take(Shown).Select(Cut)) + (names.Length > Shown ? ", …" : "");

    static string Cut(string name) => name.Length > 40 ? $"{name[..40]}…" : name;
}
