using System.Text;
using System.Text.Json.Nodes;

namespace Grimoire.Functions.Tools.Text;

/// <summary>{{name}} and {{name.part.0}} in a text: for templates that are themselves data, which ${…} in a spell is not for.</summary>
static class Placeholders
{
    public static string Fill(string template, JsonObject values, int maxLength)
    {
        var text = new StringBuilder();
        var at = 0;
        while (template.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var start)
        {
            var end = template.IndexOf("}}", start, StringComparison.Ordinal);
            if (end < 0)
            {
                throw ToolFailedException.Permanent(
                    Codes.InputInvalid, $"The template has an {{{{ at position {start} and no }}}} after it.");
            }

            text.Append(template, at, start - at).Append(CallValues.TextOf(Find(values, template[(start + 2)..end].Trim())));
            if (text.Length > maxLength)
            {
                throw ToolFailedException.Permanent("text.tooLong", $"The text would have more than {maxLength} characters.");
            }

            at = end + 2;
        }

        return text.Append(template, at, template.Length - at).ToString();
    }

    static JsonNode? Find(JsonNode values, string path)
    {
        JsonNode? found = values;
        foreach (var part in path.Split('.'))
        {
            found = found switch
            {
                JsonObject fields when fields.TryGetPropertyValue(part, out var field) => field,
                JsonArray items when int.TryParse(part, out var index) && index >= 0 && index < items.Count => items[index],
                _ => throw ToolFailedException.Permanent(
                    Codes.InputInvalid, $"The template has {{{{{path}}}}}, and there is no '{part}' in the values."),
            };
        }

        return found;
    }
}
