using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Cooks;

/// <summary>What a cell of a table means where a value of certain types is wanted.</summary>
static class CsvValue
{
    /// <param name="cell">Not empty.</param>
    /// <param name="types">What the schema allows; null: it does not say.</param>
    public static (JsonNode? Value, string? Problem) Read(string cell, IReadOnlySet<string>? types)
    {
        var mayBeText = types?.Contains("string") ?? true;
        if (mayBeText && types?.Count == 1)
        {
            return (JsonValue.Create(cell), null);
        }

        var trimmed = cell.Trim();
        var wrong = new List<Finding>();
        if (Wants("boolean") && bool.TryParse(trimmed, out var flag))
        {
            return (JsonValue.Create(flag), null);
        }

        if (trimmed is "null" && types?.Contains("null") == true)
        {
            return (null, null);
        }

        var isNested = trimmed.StartsWith('{') ? Wants("object") : trimmed.StartsWith('[') && Wants("array");
        var isNumber = trimmed.Length > 0 && (char.IsAsciiDigit(trimmed[0]) || trimmed[0] == '-') && Wants("integer");
        if (isNested || isNumber)
        {
            var value = DocumentText.Parse(trimmed, DocumentFormat.Json, PieceLimits.MaxPieceBytes, wrong);
            if (wrong.Count == 0 && (isNested || value?.GetValueKind() == JsonValueKind.Number))
            {
                return (value, null);
            }
        }

        return mayBeText ? (JsonValue.Create(cell), null)
            : isNested ? (null, wrong[0].Message.Replace("at line 1, column", "at character", StringComparison.Ordinal))
            : (null, $"{ObjectReader.Shown(trimmed)} is no value for it; {Wanted(types!)} is wanted.");

        bool Wants(string type) => types?.Contains(type) ?? true;
    }

    static string Wanted(IReadOnlySet<string> types)
    {
        string[] wanted =
        [
            .. types.Where(type => !(type == "integer" && types.Contains("number"))).Order(StringComparer.Ordinal).Select(type => type switch
            {
                "integer" => "a whole number such as 12",
                "number" => "a number such as 1.5",
                "boolean" => "true or false",
                "object" => "an object as JSON",
                "array" => "an array as JSON",
                _ => "null",
            }),
        ];
        return string.Join(" or ", wanted);
    }
}
