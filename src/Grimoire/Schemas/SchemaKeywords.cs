using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Schemas;

/// <summary>Which keywords of JSON Schema count here, and what each has to look like.</summary>
static class SchemaKeywords
{
    public static readonly IReadOnlyList<string> Types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    /// <summary>What a schema may be made of, and at the same place of the value.</summary>
    public static readonly IReadOnlyList<string> Combinations = ["allOf", "anyOf", "oneOf"];

    /// <summary>Where a schema keeps others to refer to.</summary>
    public static readonly IReadOnlyList<string> Definitions = ["$defs", "definitions"];

    static readonly Dictionary<string, Func<JsonNode?, string?>> Simple = new(StringComparer.Ordinal)
    {
        ["minimum"] = Number,
        ["maximum"] = Number,
        ["exclusiveMinimum"] = Number,
        ["exclusiveMaximum"] = Number,
        ["multipleOf"] = value => Number(value) ?? (value!.GetValue<JsonElement>().GetDecimal() > 0 ? null : "has to be greater than 0"),
        ["minLength"] = Count,
        ["maxLength"] = Count,
        ["minItems"] = Count,
        ["maxItems"] = Count,
        ["minProperties"] = Count,
        ["maxProperties"] = Count,
        ["uniqueItems"] = value => Kind(value) is JsonValueKind.True or JsonValueKind.False ? null : "has to be true or false",
        ["format"] = Text,
        ["pattern"] = value => Text(value) ?? SchemaPattern.Problem(value!.GetValue<string>()),
        ["enum"] = value => value is JsonArray { Count: > 0 } ? null : "has to be a list with at least one value",
        ["required"] = value => value is JsonArray names && names.All(name => Kind(name) == JsonValueKind.String) ? null : "has to be a list of names",
        ["type"] = Type,
    };

    // They would change what passes, so to ignore them would be a lie.
    static readonly HashSet<string> Unsupported = new(StringComparer.Ordinal)
    {
        "if", "then", "else", "dependencies", "dependentRequired", "dependentSchemas", "contains", "minContains", "maxContains", "propertyNames",
        "patternProperties", "prefixItems", "unevaluatedItems", "unevaluatedProperties", "$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor",
    };

    /// <summary>What is wrong with a keyword that has no schemas in it; null for those that have, and for mere annotations.</summary>
    public static string? Problem(string keyword, JsonNode? value) =>
        Unsupported.Contains(keyword) ? $"'{keyword}' is not supported"
        : Simple.TryGetValue(keyword, out var check) ? check(value)
        : null;

    static string? Number(JsonNode? value) =>
        Kind(value) != JsonValueKind.Number ? "has to be a number"
        : value!.GetValue<JsonElement>().TryGetDecimal(out _) ? null
        : "is too large a number";

    static string? Count(JsonNode? value) =>
        Kind(value) == JsonValueKind.Number && value!.GetValue<JsonElement>().TryGetInt32(out var count) && count >= 0
            ? null
            : "has to be a whole number, 0 or more";

    static string? Text(JsonNode? value) => Kind(value) == JsonValueKind.String ? null : "has to be text";

    static string? Type(JsonNode? value)
    {
        var names = value is JsonArray { Count: > 0 } several ? [.. several] : new[] { value };
        return names.All(name => Kind(name) == JsonValueKind.String && Types.Contains(name!.GetValue<string>()))
            ? null
            : $"has to be one of {string.Join(", ", Types)}, or a list of them";
    }

    static JsonValueKind Kind(JsonNode? value) => value?.GetValueKind() ?? JsonValueKind.Null;
}
