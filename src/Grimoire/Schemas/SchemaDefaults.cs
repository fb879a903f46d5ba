using System.Text.Json.Nodes;

namespace Grimoire.Schemas;

/// <summary>Fills in what is missing and has a default.</summary>
static class SchemaDefaults
{
    const int MaxDepth = 64;
    const int MaxFilled = 10_000;

    public static JsonNode? Apply(JsonObject schema, JsonNode? value)
    {
        var copy = value?.DeepClone();
        var left = MaxFilled;
        Fill(schema, SchemaView.Resolve(schema, schema), copy, 0, ref left);
        return copy;
    }

    static void Fill(JsonObject root, JsonObject? schema, JsonNode? value, int depth, ref int left)
    {
        if (schema is null || depth > MaxDepth)
        {
            return;
        }

        foreach (var part in schema["allOf"] as JsonArray ?? [])
        {
            Fill(root, SchemaView.Resolve(root, part), value, depth + 1, ref left);
        }

        if (value is JsonObject fields && schema["properties"] is JsonObject properties)
        {
            foreach (var (name, property) in properties)
            {
                var described = SchemaView.Resolve(root, property);
                if (described is not null && !fields.ContainsKey(name) && described.TryGetPropertyValue("default", out var given) && left-- > 0)
                {
                    fields[name] = given?.DeepClone();
                }

                Fill(root, described, fields[name], depth + 1, ref left);
            }
        }
        else if (value is JsonArray items && schema["items"] is JsonObject each)
        {
            var described = SchemaView.Resolve(root, each);
            foreach (var item in items)
            {
                Fill(root, described, item, depth + 1, ref left);
            }
        }
    }
}
