using System.Text;
using System.Text.Json.Nodes;

namespace Grimoire.Documents;

/// <summary>From text to a JSON value, strictly: whatever is ambiguous or too large is a finding, never an exception.</summary>
public static class DocumentText
{
    public const int MaxDepth = 64;

    /// <summary>The value, as far as it could be read; it counts only if nothing was added to <paramref name="findings"/>.</summary>
    public static JsonNode? Parse(string text, DocumentFormat format, int maxBytes, ICollection<Finding> findings)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > maxBytes)
        {
            findings.Add(new Finding("", "document.tooLarge", $"The document has {bytes} bytes; {maxBytes} are allowed."));
            return null;
        }

        // Editors on Windows like to put one in front.
        var trimmed = text.StartsWith('\uFEFF') ? text[1..] : text;
        return format == DocumentFormat.Json ? JsonText.Parse(trimmed, findings) : YamlText.Parse(trimmed, findings);
    }

    internal static Finding TooDeep(string pointer, int? line = null, int? column = null) =>
        new(pointer, "document.tooDeep", $"The document is nested too deeply; {MaxDepth} levels are allowed.", line, column);
}
