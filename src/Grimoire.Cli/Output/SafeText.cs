using System.Globalization;
using System.Text;

namespace Grimoire.Cli.Output;

/// <summary>Text of others, made harmless for a terminal: what would move the cursor, change colours or turn text around is written as what it is.</summary>
static class SafeText
{
    /// <summary>One line, whatever is in the text.</summary>
    public static string Line(string text) => Escape(text, json: false);

    /// <summary>JSON that was written already: the same, in escapes that JSON has; line breaks between its values stay.</summary>
    public static string Json(string json) => Escape(json, json: true);

    static string Escape(string text, bool json)
    {
        var first = 0;
        while (first < text.Length && !IsHarmful(text, first, json))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var safe = new StringBuilder(text, 0, first, text.Length + 32);
        for (var i = first; i < text.Length; i++)
        {
            var c = text[i];
            if (!IsHarmful(text, i, json))
            {
                safe.Append(c);
            }
            else if (json || c > 0xff)
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                safe.Append(c switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => $"\\x{(int)c:x2}" });
            }
        }

        return safe.ToString();
    }

    static bool IsHarmful(string text, int at, bool json)
    {
        var c = text[at];
        return c switch
        {
            '\n' when json => false,
            < ' ' or (>= '\x7f' and <= '\x9f') => true,
            < '\u0300' => false,
            // Marks that turn text around, separate lines or are not seen.
            '\u061c' or (>= '\u200b' and <= '\u200f') or (>= '\u2028' and <= '\u202e') or (>= '\u2060' and <= '\u206f') or '\ufeff' => true,
            _ when char.IsHighSurrogate(c) => at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]),
            _ when char.IsLowSurrogate(c) => at == 0 || !char.IsHighSurrogate(text[at - 1]),
            _ => false,
        };
    }
}
