using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Functions.Tools;

/// <summary>Fields of a tool's input, read with an error that names the field and what it should be.</summary>
static class InputFields
{
    public static string Text(this JsonObject input, string field) => input.OptionalText(field) ?? throw Wrong(field, "text", input[field]);

    public static string? OptionalText(this JsonObject input, string field) => input[field] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var other => throw Wrong(field, "text", other),
    };

    public static bool Flag(this JsonObject input, string field) => input[field] switch
    {
        null => false,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValueKind() == JsonValueKind.True,
        var other => throw Wrong(field, "true or false", other),
    };

    public static double? OptionalNumber(this JsonObject input, string field) => input[field] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => value.Deserialize<double>(),
        var other => throw Wrong(field, "a number", other),
    };

    public static int? OptionalCount(this JsonObject input, string field) => input.OptionalNumber(field) switch
    {
        null => null,
        { } number when number >= 0 && number <= int.MaxValue && number == Math.Floor(number) => (int)number,
        _ => throw Wrong(field, "a whole number, 0 or more", input[field]),
    };

    public static JsonArray List(this JsonObject input, string field) => input[field] as JsonArray ?? throw Wrong(field, "a list", input[field]);

    public static JsonObject Object(this JsonObject input, string field) => input[field] as JsonObject ?? throw Wrong(field, "an object", input[field]);

    public static JsonObject? OptionalObject(this JsonObject input, string field) => input[field] is null ? null : input.Object(field);

    public static ToolFailedException Wrong(string field, string right, JsonNode? value) => ToolFailedException.Permanent(
        Codes.InputInvalid,
        value is null ? $"The input '{field}' is missing; it has to be {right}." : $"The input '{field}' is {Kind(value)}; it has to be {right}.",
        new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["pointer"] = $"/{field}", ["message"] = $"has to be {right}" }) });

    static string Kind(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => $"the number {value.ToJsonString()}",
        _ => value.ToJsonString(),
    };
}
