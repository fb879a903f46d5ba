using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Schemas;

/// <summary>Checks a schema that is a part of a document: that it is one, and that its defaults fit it.</summary>
static class SchemaCheck
{
    public static void Run(JsonObject schema, string pointer, JsonSchemas schemas, Action<string, string, string> error)
    {
        var errors = schemas.Check(schema);
        foreach (var one in errors)
        {
            error(pointer + one.Pointer, "schema.invalid", $"The schema is not valid: {Named(one.Pointer)} {one.Message}.");
        }

        if (errors.Count == 0)
        {
            Defaults(schema, schema, pointer, schemas, error, 0);
        }
    }

    static void Defaults(JsonObject root, JsonObject schema, string pointer, JsonSchemas schemas, Action<string, string, string> error, int depth)
    {
        if (schema["properties"] is not JsonObject properties || depth > DocumentText.MaxDepth)
        {
            return;
        }

        foreach (var (name, value) in properties)
        {
            if (value is not JsonObject property)
            {
                continue;
            }

            var place = JsonPointer.Append(pointer + "/properties", name);
            if (property.TryGetPropertyValue("default", out var given) && !SchemaView.RefersToRoot(property))
            {
                foreach (var wrong in schemas.Validate(Alone(root, property), JsonSchemas.WithDefaults(property, given)))
                {
                    error(place + "/default", "schema.default", $"The default of '{name}' does not fit its own schema: it {wrong.Message}.");
                }
            }

            Defaults(root, property, place, schemas, error, depth + 1);
        }
    }

    // A part of a schema, with what it may refer to.
    static JsonObject Alone(JsonObject root, JsonObject property)
    {
        var alone = property.DeepClone().AsObject();
        foreach (var keyword in SchemaKeywords.Definitions)
        {
            if (root[keyword] is { } definitions)
            {
                alone[keyword] = definitions.DeepClone();
            }
        }

        return alone;
    }

    static string Named(string pointer) => pointer.Length == 0 ? "it" : $"'{pointer}'";
}
