using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Grimoire.Documents;
using Grimoire.Expressions;

namespace Grimoire.Spells;

/// <summary>Recognises strings that are one reference and nothing else, so that they keep the type of what they refer to.</summary>
static partial class WholePath
{
    /// <summary>The reference that the string at a place of a template is, or null if it is anything else.</summary>
    public static Reference? Of(Template template, string pointer)
    {
        if (!JsonPointer.TryFind(template.Source, pointer, out var source)
            || source?.GetValueKind() != JsonValueKind.String || !Form().IsMatch(source.GetValue<string>()))
        {
            return null;
        }

        var here = template.References.Where(reference => reference.Pointer == pointer).ToList();
        return here is [{ Guarded: false } only] && !only.Path.Contains(null) ? only : null;
    }

    /// <summary>There is text around the expressions, so that whatever they come to becomes text.</summary>
    public static bool IsText(JsonNode? source) =>
        source?.GetValueKind() == JsonValueKind.String && source.GetValue<string>() is var text
        && (!text.StartsWith("${", StringComparison.Ordinal) || !text.EndsWith('}'));

    [GeneratedRegex(
        """^\$\{\s*[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_-]*|\[\s*(-?[0-9]+|'[^'\\]*'|"[^"\\]*")\s*\])*\s*\}\z""",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
