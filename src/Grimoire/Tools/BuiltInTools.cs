using System.Text.Json.Nodes;

namespace Grimoire.Tools;

/// <summary>The tools that are there without a definition of anybody's: one for each kind that needs no address and no model. Documented in docs/tools.md.</summary>
public static class BuiltInTools
{
    const string AnyText = """{ "type": "object", "required": ["text"], "properties": { "text": { "type": "string" } } }""";
    const string AnyObject = """{ "type": "object" }""";

    /// <summary>As StoredArtifact is written.</summary>
    const string Artifact = """
        { "type": "object", "required": ["artifact", "castId"], "properties": { "artifact": { "type": "string" }, "contentType": { "type": "string" }, "bytes": { "type": "integer" }, "castId": { "type": "string" } } }
        """;

    public static IReadOnlyList<ToolDefinition> All { get; } =
    [
        Tool("text.template", "Fills {{name}} in a text with values.", """{ "template": { "type": "string" }, "values": { "type": "object" } }""", ["template"], AnyText),
        Tool("text.join", "Joins a list to one text.", """{ "items": { "type": "array" }, "separator": { "type": "string", "default": "\n" } }""", ["items"], AnyText),
        Tool(
            "text.split",
            "Splits a text into a list.",
            """{ "text": { "type": "string" }, "separator": { "type": "string", "minLength": 1, "default": "\n" }, "trim": { "type": "boolean", "default": false } }""",
            ["text"],
            """{ "type": "object", "required": ["items", "count"], "properties": { "items": { "type": "array", "items": { "type": "string" } }, "count": { "type": "integer" } } }"""),
        Tool(
            "text.replace",
            "Replaces one piece of a text by another, wherever it is.",
            """{ "text": { "type": "string" }, "find": { "type": "string", "minLength": 1 }, "replacement": { "type": "string", "default": "" }, "ignoreCase": { "type": "boolean", "default": false } }""",
            ["text", "find"],
            AnyText),
        Tool(
            "text.truncate",
            "Cuts a text to a length.",
            """{ "text": { "type": "string" }, "maxLength": { "type": "integer", "minimum": 0 }, "ellipsis": { "type": "string", "default": "…" } }""",
            ["text", "maxLength"],
            """{ "type": "object", "required": ["text", "truncated"], "properties": { "text": { "type": "string" }, "truncated": { "type": "boolean" } } }"""),
        Tool("text.case", "Upper, lower or title case.", """{ "text": { "type": "string" }, "to": { "enum": ["upper", "lower", "title"] } }""", ["text", "to"], AnyText),
        Tool(
            "text.artifact",
            "Stores a text as an artifact.",
            """{ "name": { "type": "string", "minLength": 1, "maxLength": 200 }, "text": { "type": "string" }, "contentType": { "type": "string" } }""",
            ["name", "text"],
            $$"""{ "type": "object", "required": ["artifact"], "properties": { "artifact": {{Artifact}} } }"""),
        Tool("text.read", "The text of an artifact.", $$"""{ "artifact": {{Artifact}} }""", ["artifact"], AnyText),

        // What comes out is what goes in; its shape is the spell's.
        new ToolDefinition { Id = "json.value", Kind = "json.value", Name = "json.value", Description = "Comes to its value: for building one from the outputs of steps.", Input = Schema("""{ "value": {} }""", ["value"]) },
        Tool(
            "json.pick",
            "Some fields of an object. What it does not have is left out.",
            """{ "from": { "type": "object" }, "keys": { "type": "array", "items": { "type": "string" } } }""",
            ["from", "keys"],
            AnyObject),
        Tool("json.merge", "One object from many; later ones win, at any depth.", """{ "objects": { "type": "array", "items": { "type": "object" } } }""", ["objects"], AnyObject),
        Tool("json.parse", "Reads JSON from a text.", """{ "text": { "type": "string" } }""", ["text"], """{ "type": "object", "required": ["value"], "properties": { "value": {} } }"""),
        Tool("json.stringify", "Writes a value as JSON.", """{ "value": {}, "indented": { "type": "boolean", "default": false } }""", ["value"], AnyText),

        new ToolDefinition
        {
            Id = "wait",
            Kind = "wait",
            Name = "wait",
            Description = "Waits for a duration (PT5M) or until a moment. It holds nothing while it waits.",
            Input = Object("""
                {
                  "type": "object",
                  "additionalProperties": false,
                  "properties": { "for": { "type": "string", "minLength": 2 }, "until": { "type": "string", "format": "date-time" } },
                  "oneOf": [ { "required": ["for"] }, { "required": ["until"] } ]
                }
                """),
            Output = Object(AnyObject),
        },
        new ToolDefinition
        {
            Id = "approval",
            Kind = "approval",
            Name = "approval",
            Description = "Asks a person, and waits for the answer.",
            Input = Schema("""{ "question": { "type": "string", "minLength": 1 }, "details": {} }""", ["question"]),
            Output = Object("""
                {
                  "type": "object",
                  "required": ["approved"],
                  "properties": { "approved": { "type": "boolean" }, "comment": { "type": ["string", "null"] }, "by": { "type": ["string", "null"] } }
                }
                """),
        },
    ];

    /// <summary>The input of every tool of kind llm that says nothing else.</summary>
    public static JsonObject LlmInput => Object("""
        {
          "type": "object",
          "properties": {
            "prompt": { "type": "string" },
            "messages": {
              "type": "array",
              "items": {
                "type": "object",
                "required": ["role", "content"],
                "properties": { "role": { "enum": ["system", "user", "assistant"] }, "content": { "type": "string" } }
              }
            },
            "system": { "type": "string" },
            "temperature": { "type": "number", "minimum": 0, "maximum": 2 },
            "maxOutputTokens": { "type": "integer", "minimum": 1 },
            "model": { "type": "string" },
            "json": { "type": "boolean" },
            "schema": { "type": "object" }
          },
          "anyOf": [ { "required": ["prompt"] }, { "required": ["messages"] } ]
        }
        """);

    public static JsonObject LlmOutput => Object("""
        {
          "type": "object",
          "required": ["text", "model"],
          "properties": { "text": { "type": "string" }, "model": { "type": "string" }, "finishReason": { "type": "string" }, "json": {} }
        }
        """);

    /// <summary>The input of every tool of kind codegen that says nothing else.</summary>
    public static JsonObject CodegenInput => Object("""
        { "type": "object", "required": ["prompt"], "properties": { "prompt": { "type": "string", "minLength": 1 }, "topic": { "type": "string" }, "files": {} } }
        """);

    public static JsonObject CodegenOutput => Object($$"""
        {
          "type": "object",
          "required": ["files"],
          "properties": { "files": { "type": "array", "minItems": 1, "items": {{Artifact}} }, "summary": { "type": "string" }, "model": { "type": "string" } }
        }
        """);

    static ToolDefinition Tool(string id, string description, string properties, string[] required, string output) =>
        new() { Id = id, Kind = id, Name = id, Description = description, Input = Schema(properties, required), Output = Object(output) };

    static JsonObject Schema(string properties, string[] required) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]),
        ["properties"] = Object(properties),
    };

    static JsonObject Object(string json) => (JsonObject)JsonNode.Parse(json)!;
}
