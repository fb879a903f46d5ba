using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Schemas;

/// <summary>
/// Looks at a schema before NJsonSchema sees it, and hands it a copy that holds only what counts: no annotations, no references to
/// anywhere else, nothing that it would take wrongly, silently ignore or run for ever on. What it does not do well is left to <see cref="ExtraChecks"/>.
/// </summary>
sealed class SchemaGate
{
    public const int MaxSchemas = 2000;
    public const int MaxCharacters = 256 * 1024;

    readonly JsonObject _root;
    readonly List<SchemaError> _errors = [];
    readonly Dictionary<string, string> _definitions = new(StringComparer.Ordinal);
    int _schemas;

    SchemaGate(JsonObject root) => _root = root;

    public IReadOnlyList<SchemaError> Errors => _errors;

    public List<ExtraChecks> Checks { get; } = [];

    public JsonObject? Clean { get; set; }

    public static SchemaGate Pass(JsonObject schema)
    {
        var gate = new SchemaGate(schema);
        // Everything comes from text, so that every number in it is one, whatever it was made of in memory.
        gate.Run(JsonNode.Parse(schema.ToJsonString())!.AsObject());
        return gate;
    }

    public static SchemaError? TooLarge(JsonNode schema, string pointer = "", int depth = 0)
    {
        if (depth > DocumentText.MaxDepth)
        {
            return new SchemaError(pointer, SchemaErrorKind.Schema, $"is nested too deeply; {DocumentText.MaxDepth} levels are allowed");
        }

        var children = schema switch
        {
            JsonObject fields => fields.Select(field => (Name: JsonPointer.Append(pointer, field.Key), field.Value)),
            JsonArray items => items.Select((item, index) => (Name: JsonPointer.Append(pointer, index), Value: item)),
            _ => [],
        };
        return children
            .Where(child => child.Value is JsonObject or JsonArray)
            .Select(child => TooLarge(child.Value!, child.Name, depth + 1))
            .FirstOrDefault(error => error is not null);
    }

    void Run(JsonObject root)
    {
        if (_root.ToJsonString().Length > MaxCharacters)
        {
            Error("", $"is too large; {MaxCharacters} characters are allowed");
            return;
        }

        var definitions = new JsonObject();
        foreach (var (keyword, name, pointer, schema) in Definitions(root))
        {
            _definitions[$"#/{keyword}/{name}"] = $"#/definitions/d{_definitions.Count}";
        }

        foreach (var (_, _, pointer, schema) in Definitions(root))
        {
            definitions[$"d{definitions.Count}"] = Copy(schema, pointer);
        }

        Clean = Copy(root, "");
        if (_errors.Count == 0 && SchemaCycles.Find(root) is { } cycle)
        {
            Error(cycle, "refers to itself at the same place of the value, so that checking it would never end");
        }

        if (definitions.Count > 0)
        {
            Clean["definitions"] = definitions;
        }
    }

    static IEnumerable<(string Keyword, string Name, string Pointer, JsonNode? Schema)> Definitions(JsonObject root) =>
        from keyword in SchemaKeywords.Definitions
        where root[keyword] is JsonObject
        from entry in root[keyword]!.AsObject()
        select (keyword, JsonPointer.Append("", entry.Key)[1..], JsonPointer.Append("/" + keyword, entry.Key), entry.Value);

    JsonObject Copy(JsonNode? schema, string pointer)
    {
        if (++_schemas > MaxSchemas)
        {
            if (_schemas == MaxSchemas + 1)
            {
                Error(pointer, $"has too many schemas in it; {MaxSchemas} are allowed");
            }

            return [];
        }

        if (schema is not JsonObject keywords)
        {
            var kind = schema?.GetValueKind();
            if (kind is not (JsonValueKind.True or JsonValueKind.False))
            {
                Error(pointer, "has to be a schema: an object, true or false");
            }

            return kind == JsonValueKind.False ? new JsonObject { ["not"] = new JsonObject() } : [];
        }

        var copy = new JsonObject();
        var checks = new ExtraChecks();
        foreach (var (keyword, value) in keywords)
        {
            if (SchemaKeywords.Problem(keyword, value) is { } problem)
            {
                Error(JsonPointer.Append(pointer, keyword), problem);
            }
            else if (!checks.Take(keyword, value))
            {
                Keyword(copy, keyword, value, JsonPointer.Append(pointer, keyword));
            }
        }

        if (!checks.IsEmpty)
        {
            copy[ExtraChecks.Marker] = Checks.Count;
            Checks.Add(checks);
        }

        // Beside a reference NJsonSchema sees nothing else.
        return copy.Count > 1 && copy.Remove("$ref", out var reference)
            ? new JsonObject { ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = reference }, copy) }
            : copy;
    }

    void Keyword(JsonObject copy, string keyword, JsonNode? value, string pointer)
    {
        switch (keyword)
        {
            case "properties":
                copy[keyword] = Properties(value, pointer);
                break;
            case "allOf" or "anyOf" or "oneOf":
                if (value is JsonArray { Count: > 0 })
                {
                    copy[keyword] = Several(value.AsArray(), pointer);
                }
                else
                {
                    Error(pointer, "has to be a list with at least one schema");
                }

                break;
            case "items" when value is JsonArray tuple:
                copy[keyword] = Several(tuple, pointer);
                break;
            case "additionalProperties" or "additionalItems" when value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False:
                copy[keyword] = value.DeepClone();
                break;
            case "items" or "not" or "additionalProperties" or "additionalItems":
                copy[keyword] = Copy(value, pointer);
                break;
            case "$ref":
                copy[keyword] = Reference(value, pointer);
                break;
            case "type" or "required" or "format" or "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf"
                or "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties":
                copy[keyword] = value?.DeepClone();
                break;
            case "definitions" or "$defs" when value is not JsonObject:
                Error(pointer, "has to be an object of schemas");
                break;
        }
    }

    JsonObject Properties(JsonNode? value, string pointer)
    {
        var copy = new JsonObject();
        if (value is not JsonObject properties)
        {
            Error(pointer, "has to be an object of schemas");
            return copy;
        }

        foreach (var (name, schema) in properties)
        {
            var place = JsonPointer.Append(pointer, name);
            if (name is "$ref" or "$id" or "$type" or "$values")
            {
                Error(place, "cannot be described: a field of that name means something else to JSON readers");
            }
            else
            {
                copy[name] = Copy(schema, place);
            }
        }

        return copy;
    }

    JsonArray Several(JsonArray schemas, string pointer) =>
        [.. schemas.Select((schema, index) => (JsonNode)Copy(schema, JsonPointer.Append(pointer, index)))];

    JsonNode? Reference(JsonNode? value, string pointer)
    {
        var reference = value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
        if (reference == "#")
        {
            return "#";
        }

        if (_definitions.TryGetValue(reference, out var definition))
        {
            return definition;
        }

        Error(pointer, !reference.StartsWith('#')
            ? "leads out of the document; only '#', '#/$defs/…' and '#/definitions/…' are allowed"
            : "leads to nothing; '#', '#/$defs/…' and '#/definitions/…' of the same schema are allowed");
        return null;
    }

    void Error(string pointer, string message) => _errors.Add(new SchemaError(pointer, SchemaErrorKind.Schema, message));
}
