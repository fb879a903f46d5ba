using System.Text;

namespace Grimoire.Expressions;

/// <summary>Functions of texts. Letters by the invariant culture, all comparisons ordinal, positions in UTF-16 units from 0.</summary>
static class TextFunctions
{
    public static Function[] All { get; } =
    [
        new("lower(text)", 1, 1, a => Value.Of(a.Text(0).ToLowerInvariant())),
        new("upper(text)", 1, 1, a => Value.Of(a.Text(0).ToUpperInvariant())),
        new("trim(text)", 1, 1, a => Value.Of(a.Text(0).Trim())),
        new("contains(value, part)", 2, 2, Contains),
        new("startsWith(text, start)", 2, 2, a => Value.Of(a.Text(0).StartsWith(a.Text(1), StringComparison.Ordinal))),
        new("endsWith(text, end)", 2, 2, a => Value.Of(a.Text(0).EndsWith(a.Text(1), StringComparison.Ordinal))),
        new("split(text, separator)", 2, 2, Split),
        new("join(list, separator?)", 1, 2, Join),
        new("replace(text, old, new)", 3, 3, Replace),
        new("substring(text, from, length?)", 2, 3, Substring),
    ];

    static Value Contains(Arguments a)
    {
        switch (a[0].Kind)
        {
            case ValueKind.Text:
                return Value.Of(a.Text(0).Contains(a.Text(1), StringComparison.Ordinal));
            case ValueKind.Array:
                var (equality, part) = (a.Equality, a[1]);
                return Value.Of(a.Array(0).Any(element => equality.Equals(element, part)));
            case ValueKind.Object:
                return Value.Of(a[0].TryGetMember(a.Text(1), out _));
            default:
                throw a.Wrong(0, "a text, an array or an object");
        }
    }

    static Value Split(Arguments a)
    {
        var (text, separator) = (a.Text(0), Separator(a));
        a.Evaluation.SpendElements(Occurrences(text, separator) + 1, a.Offset);
        return Value.Of([.. text.Split(separator, StringSplitOptions.None).Select(Value.Of)]);
    }

    static Value Join(Arguments a)
    {
        var separator = a.Count > 1 ? a.Text(1) : "";
        var text = new StringBuilder();
        var elements = a.Array(0);
        for (var i = 0; i < elements.Length; i++)
        {
            if (i > 0)
            {
                text.Append(separator);
            }

            text.Append(ValueWriter.ToText(elements[i], a.Evaluation, a.Offset));
            a.Evaluation.SpendCharacters(separator.Length, a.Offset);
            a.Evaluation.SpendText(text.Length > ExpressionLimits.TextLength ? text.Length : 0, a.Offset);
        }

        return Value.Of(text.ToString());
    }

    static Value Replace(Arguments a)
    {
        var (text, old, replacement) = (a.Text(0), Separator(a), a.Text(2));
        a.Evaluation.SpendText(text.Length + ((long)Occurrences(text, old) * (replacement.Length - old.Length)), a.Offset);
        return Value.Of(text.Replace(old, replacement, StringComparison.Ordinal));
    }

    static Value Substring(Arguments a)
    {
        var text = a.Text(0);
        var from = a.Integer(1) is >= 0 and var position
            ? Math.Min(position, text.Length)
            : throw a.Fail(1, "Less than 0 (slice() counts from the end)");
        var length = a.Integer(2, text.Length) is >= 0 and var count ? Math.Min(count, text.Length - from) : throw a.Fail(2, "Less than 0");
        return Value.Of(text.Substring(from, length));
    }

    static string Separator(Arguments a) => a.Text(1) is { Length: > 0 } text ? text : throw a.Fail(1, "An empty text is found everywhere");

    static int Occurrences(string text, string part)
    {
        var count = 0;
        for (var at = 0; (at = text.IndexOf(part, at, StringComparison.Ordinal)) >= 0; at += part.Length)
        {
            count++;
        }

        return count;
    }
}
