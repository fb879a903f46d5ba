using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Chat;

/// <summary>Reads a node of a JSON Schema.</summary>
static class SchemaNode
{
    const int MostReferences = 32;
    const double Most = 1e15;

    /// <summary>The schema that a node is, or refers to in the same document.</summary>
    public static JsonObject Resolve(JsonObject root, JsonNode? node)
    {
        for (int i = 0; i < MostReferences; i++)
        {
            if (node is not JsonObject schema)
            {
                // "true" and what is left out allow anything, and a text is something.
                return new JsonObject { ["type"] = "string" };
            }

            if (Text(schema, "$ref") is not { } reference)
            {
                return schema;
            }

            node = reference.StartsWith('#') ? Follow(root, reference[1..]) : null;
            if (node is null)
            {
                throw Dangling(reference);
            }
        }

        throw Dangling(Text((JsonObject)node!, "$ref")!);
    }

    /// <summary>Its type; of several, the first that is not null. One that does not say it has the type that its keywords are for.</summary>
    public static string? Type(JsonNode? node) => node is not JsonObject schema ? "string" : schema["type"] switch
    {
        JsonArray types => types.Select(type => type?.ToString()).FirstOrDefault(type => type != "null") ?? "null",
        JsonValue type => type.ToString(),
        _ => schema.ContainsKey("properties") || schema.ContainsKey("required") ? "object" : schema.ContainsKey("items") ? "array" : "string",
    };

    public static string? Text(JsonObject schema, string name) =>
        schema[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <returns>The number; the nearest that can be calculated with if it is too large for that.</returns>
    public static decimal? Number(JsonObject schema, string name) =>
        schema[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            ? (decimal)Math.Clamp(value.GetValue<double>(), -Most, Most)
            : null;

    public static int? Count(JsonObject schema, string name) => Number(schema, name) is { } number ? (int)Math.Clamp(number, 0, int.MaxValue) : null;

    static JsonNode? Follow(JsonNode? node, string pointer)
    {
        foreach (string part in pointer.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = (node as JsonObject)?[part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)];
        }

        return node;
    }

    static RefusedException Dangling(string reference) =>
        new(400, $"Invalid schema for response_format: '{reference}' leads nowhere.", "invalid_json_schema", "response_format.json_schema.schema");
}
