using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Schemas;

/// <summary>What a schema tells of the values that fit it: which fields they have, of which types.</summary>
public sealed record SchemaView
{
    const int MaxReferences = 20;

    readonly JsonObject _root;
    readonly JsonObject _schema;

    SchemaView(JsonObject root, JsonObject schema)
    {
        _root = root;
        _schema = schema;
    }

    public static SchemaView? Of(JsonObject? schema) => schema is not null && Resolve(schema, schema) is { } actual ? new SchemaView(schema, actual) : null;

    /// <summary>A schema of arrays whose items fit this one, as the output of a step with forEach is.</summary>
    public static JsonObject ArrayOf(JsonObject items)
    {
        if (RefersToRoot(items))
        {
            return new JsonObject { ["type"] = "array" };
        }

        var copy = items.DeepClone().AsObject();
        var array = new JsonObject { ["type"] = "array" };
        foreach (var keyword in SchemaKeywords.Definitions)
        {
            // References begin at the root, which is the array now.
            if (copy.Remove(keyword, out var definitions))
            {
                array[keyword] = definitions;
            }
        }

        array["items"] = copy;
        return array;
    }

    /// <summary>The names of all fields that are described.</summary>
    public IReadOnlyList<string> Fields => _schema["properties"] is JsonObject properties ? [.. properties.Select(property => property.Key)] : [];

    /// <summary>No field may be there that is not described.</summary>
    public bool IsClosed => _schema["additionalProperties"] is JsonValue closed && closed.GetValueKind() == JsonValueKind.False && !IsCombined;

    /// <summary>It lets no such field be there, whatever other schemas that it is combined with say.</summary>
    public bool Forbids(string field) =>
        _schema["additionalProperties"] is JsonValue closed && closed.GetValueKind() == JsonValueKind.False && !_schema.ContainsKey("patternProperties") && !Fields.Contains(field);

    /// <summary>It says in so many words that there may be fields that are not described.</summary>
    public bool IsOpen => _schema["additionalProperties"] is JsonValue open && open.GetValueKind() == JsonValueKind.True;

    /// <summary>Fields are described by it alone, not by several schemas together.</summary>
    public bool IsCombined => SchemaKeywords.Combinations.Any(_schema.ContainsKey) || _schema.ContainsKey("$ref");

    public bool Requires(string field) =>
        _schema["required"] is JsonArray names
        && names.Any(name => name?.GetValueKind() == JsonValueKind.String && name.GetValue<string>() == field);

    public bool HasDefault(string field) =>
        _schema["properties"]?[field] is JsonObject property && (property.ContainsKey("default") || Resolve(_root, property)?.ContainsKey("default") == true);

    /// <summary>What it tells of a field; null if it does not describe it.</summary>
    public SchemaView? Field(string name) =>
        View((_schema["properties"] as JsonObject)?[name] ?? (Fields.Contains(name) ? null : _schema["additionalProperties"] as JsonObject));

    /// <summary>What it tells of an item of an array.</summary>
    public SchemaView? Item(int index) => _schema["items"] switch
    {
        JsonArray tuple => index >= 0 && index < tuple.Count ? View(tuple[index]) : null,
        var each => View(each),
    };

    /// <summary>Of which types the values may be ("integer" is listed beside "number" where a number may be); null: nobody knows.</summary>
    public IReadOnlySet<string>? Types()
    {
        var names = _schema["type"] switch
        {
            JsonArray several => [.. several.Select(Text)],
            JsonValue one => [Text(one)],
            _ => Values() is { } values ? values.Select(TypeOf).ToList() : null,
        };
        if (names is null || names.Contains(""))
        {
            return null;
        }

        var types = names.ToHashSet(StringComparer.Ordinal);
        if (types.Contains("number"))
        {
            types.Add("integer");
        }

        return types;
    }

    /// <summary>It is recursive: taken out of its place, or put into another, it would mean something else.</summary>
    internal static bool RefersToRoot(JsonNode? schema) => schema switch
    {
        JsonObject fields => Text(fields["$ref"]) == "#" || fields.Any(field => RefersToRoot(field.Value)),
        JsonArray items => items.Any(RefersToRoot),
        _ => false,
    };

    /// <summary>The schema itself if it is no reference, else what it refers to; null if that is nothing.</summary>
    internal static JsonObject? Resolve(JsonObject root, JsonNode? schema)
    {
        var actual = schema as JsonObject;
        for (var hops = 0; actual is not null && actual.ContainsKey("$ref"); hops++)
        {
            if (hops == MaxReferences)
            {
                return null;
            }

            actual = Target(root, actual);
        }

        return actual;
    }

    internal static JsonObject? Target(JsonObject root, JsonObject schema)
    {
        var reference = Text(schema["$ref"]);
        return reference == "#" ? root
            : reference.StartsWith("#/", StringComparison.Ordinal) && Documents.JsonPointer.TryFind(root, reference[1..], out var found) ? found as JsonObject
            : null;
    }

    SchemaView? View(JsonNode? schema) => Resolve(_root, schema) is { } actual ? new SchemaView(_root, actual) : null;

    List<JsonNode?>? Values() =>
        _schema.TryGetPropertyValue("const", out var only) ? [only]
        : _schema["enum"] is JsonArray several ? [.. several]
        : null;

    static string Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    internal static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        _ => "null",
    };
}
