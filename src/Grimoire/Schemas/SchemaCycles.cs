using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Schemas;

/// <summary>Finds schemas that come back to themselves without a step into the value: {"allOf": [{"$ref": "#"}]}.</summary>
static class SchemaCycles
{
    /// <summary>The pointer to a schema that does, or null.</summary>
    public static string? Find(JsonObject root)
    {
        var ended = new HashSet<JsonObject>(ReferenceEqualityComparer.Instance);
        var open = new HashSet<JsonObject>(ReferenceEqualityComparer.Instance);
        return All(root, "").Select(start => Visit(start.Schema, start.Pointer, root, open, ended)).FirstOrDefault(cycle => cycle is not null);
    }

    static string? Visit(JsonObject schema, string pointer, JsonObject root, HashSet<JsonObject> open, HashSet<JsonObject> ended)
    {
        if (ended.Contains(schema))
        {
            return null;
        }

        if (!open.Add(schema))
        {
            return pointer;
        }

        foreach (var (next, place) in SamePlace(schema, pointer, root))
        {
            if (Visit(next, place, root, open, ended) is { } cycle)
            {
                return cycle;
            }
        }

        open.Remove(schema);
        ended.Add(schema);
        return null;
    }

    static IEnumerable<(JsonObject Schema, string Pointer)> SamePlace(JsonObject schema, string pointer, JsonObject root)
    {
        if (SchemaView.Target(root, schema) is { } target)
        {
            yield return (target, JsonPointer.Append(pointer, "$ref"));
        }

        if (schema["not"] is JsonObject not)
        {
            yield return (not, JsonPointer.Append(pointer, "not"));
        }

        foreach (var keyword in SchemaKeywords.Combinations)
        {
            foreach (var (part, index) in (schema[keyword] as JsonArray ?? []).Select((part, index) => (part, index)))
            {
                if (part is JsonObject one)
                {
                    yield return (one, JsonPointer.Append(JsonPointer.Append(pointer, keyword), index));
                }
            }
        }
    }

    // Whatever looks like an object may be a schema; one that is none has no edges that matter.
    static IEnumerable<(JsonObject Schema, string Pointer)> All(JsonNode? node, string pointer) => node switch
    {
        JsonObject fields => fields.SelectMany(field => All(field.Value, JsonPointer.Append(pointer, field.Key))).Prepend((fields, pointer)),
        JsonArray items => items.SelectMany((item, index) => All(item, JsonPointer.Append(pointer, index))),
        _ => [],
    };
}
