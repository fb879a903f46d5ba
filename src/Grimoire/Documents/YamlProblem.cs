using YamlDotNet.Core;

namespace Grimoire.Documents;

/// <summary>What is said of a text that is not YAML: where it goes wrong, why, and what would be right where many go wrong.</summary>
static class YamlProblem
{
    /// <param name="malformed">What the parser says.</param>
    /// <param name="text">The text.</param>
    /// <param name="read">The line up to which the parser has got before.</param>
    public static Finding Of(YamlException malformed, string text, int read)
    {
        var isTab = malformed.Message.Contains("tab", StringComparison.Ordinal);
        var (line, column) = isTab ? Tab(malformed, text, read) : ((int)malformed.Start.Line, (int)malformed.Start.Column);
        var reason = isTab ? "There is a tab in the indentation; YAML takes spaces only."
            : IsExpression(text, (int)malformed.Start.Index) ? $"{malformed.Message} Within {{ }} and [ ], text with an expression in it has to be in quotes: \"${{…}}\"."
            : malformed.Message;
        return new Finding("", "document.syntax", $"Not YAML, at line {line}, column {column}: {reason}", line, column);
    }

    /// <summary>The parser stops at the brace of "${", which opens a mapping within { } and [ ], or where what is in quotes goes on with one.</summary>
    static bool IsExpression(string text, int index) =>
        Follows(text, index, "${") || (index > 0 && Follows(text, index - 1, "${"));

    static bool Follows(string text, int index, string what) => string.CompareOrdinal(text, index, what, 0, what.Length) == 0;

    // The parser knows where the tab is if text goes on there. Else it says that it is at the beginning of the document.
    static (int Line, int Column) Tab(YamlException malformed, string text, int read)
    {
        if (malformed.End.Line > 1)
        {
            return ((int)malformed.End.Line, (int)malformed.End.Column);
        }

        var lines = text.Split('\n');
        for (var line = read; line <= lines.Length; line++)
        {
            var content = lines[line - 1];
            var indentation = content[..^content.TrimStart().Length];
            if (indentation.Length < content.Length && indentation.Contains('\t', StringComparison.Ordinal))
            {
                return (line, indentation.IndexOf('\t', StringComparison.Ordinal) + 1);
            }
        }

        return ((int)malformed.Start.Line, (int)malformed.Start.Column);
    }
}
