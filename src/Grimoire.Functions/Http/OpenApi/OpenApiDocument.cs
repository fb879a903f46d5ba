using System.Text.Json.Nodes;
using Grimoire.Schemas;

namespace Grimoire.Functions.Http.OpenApi;

/// <summary>The description of the API: OpenAPI 3.1.</summary>
static class OpenApiDocument
{
    public static JsonObject Create()
    {
        var paths = new JsonObject();
        foreach (var operation in ApiOperations.All)
        {
            if (paths[operation.Path] is not JsonObject path)
            {
                paths[operation.Path] = path = [];
            }

            path[operation.Method] = operation.ToJson(OperationRoutes.NeedsOf(operation));
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Grimoire",
                ["version"] = "1",
                ["description"] = "Spells, the tools that they call, and their casts.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/api" }),
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }, new JsonObject { ["apiKey"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "grm_{id}_{secret}" },
                    ["apiKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "X-Api-Key" },
                },
                ["parameters"] = ApiParameters.ToJson(),
                ["responses"] = new JsonObject
                {
                    ["Problem"] = new JsonObject
                    {
                        ["description"] = "Why it was refused, or failed.",
                        ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = Operation.Ref("schemas", "Problem") } },
                    },
                },
                ["schemas"] = Schemas(),
            },
        };
    }

    static JsonObject Schemas()
    {
        var schemas = ApiSchemas.ToJson();
        schemas["SpellDocument"] = Embedded(PublishedSchemas.Spell(), "SpellDocument");
        schemas["ToolDocument"] = Embedded(PublishedSchemas.Tool(), "ToolDocument");
        return schemas;
    }

    /// <summary>A schema that stood alone, at its place in this document: what refers to its own parts has to find them there.</summary>
    static JsonObject Embedded(JsonObject schema, string name)
    {
        schema.Remove("$schema");
        schema.Remove("$id");
        Move(schema, $"#/components/schemas/{name}");
        return schema;
    }

    static void Move(JsonNode? node, string root)
    {
        switch (node)
        {
            case JsonObject fields:
                if (fields["$ref"] is JsonValue reference && reference.ToString() is ['#', ..] target)
                {
                    fields["$ref"] = root + target[1..];
                }

                foreach (var (_, value) in fields.ToList())
                {
                    Move(value, root);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Move(item, root);
                }

                break;
        }
    }
}
