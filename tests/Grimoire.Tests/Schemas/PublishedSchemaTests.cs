using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Schemas;
using Grimoire.Spells;
using Grimoire.Tests.Spells;
using Grimoire.Tools;

namespace Grimoire.Tests.Schemas;

public sealed class PublishedSchemaTests
{
    /// <summary>Of a tool, and not of its document.</summary>
    const string WrittenBy = "writtenBy";

    public static TheoryData<string> Names() => [.. PublishedSchemas.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_docs_have_the_schema_that_is_served(string name) =>
        Assert.Equal(PublishedSchemas.Text(name), File.ReadAllText(Path.Combine(Samples.Root, "docs", "schemas", name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Everything_in_it_can_be_checked_and_is_described(string name)
    {
        var schema = JsonNode.Parse(PublishedSchemas.Text(name))!.AsObject();

        Assert.Empty(Samples.Schemas.Check(schema));
        Assert.Empty(Undescribed(schema, ""));
    }

    [Theory]
    [InlineData("", typeof(Spell), "$schema", "version")]
    [InlineData("definitions/step", typeof(Step), "onTimeout")]
    [InlineData("definitions/catch", typeof(CatchClause))]
    [InlineData("definitions/retry", typeof(RetrySettings))]
    public void A_spell_has_the_fields_that_its_schema_has(string place, Type record, params string[] more) =>
        Assert.Equal(Fields(record, more), Properties(PublishedSchemas.Spell(), place));

    [Theory]
    [InlineData("", typeof(ToolDefinition), "$schema", "version")]
    [InlineData("definitions/request", typeof(RequestTemplate))]
    [InlineData("definitions/response", typeof(ResponseMapping))]
    [InlineData("definitions/response/properties/artifacts/items", typeof(ArtifactMapping))]
    [InlineData("definitions/llm", typeof(LlmSettings))]
    [InlineData("definitions/price", typeof(ModelPrice))]
    [InlineData("definitions/retry", typeof(RetrySettings))]
    [InlineData("properties/cost", typeof(ToolCost))]
    [InlineData("properties/limits", typeof(ToolLimits))]
    public void A_tool_has_the_fields_that_its_schema_has(string place, Type record, params string[] more) =>
        Assert.Equal(Fields(record, more).Where(field => field != WrittenBy), Properties(PublishedSchemas.Tool(), place));

    /// <summary>Else whoever saves a tool could have the secrets of another account.</summary>
    [Fact]
    [Trait("Row", "KZ21")]
    public void No_document_of_a_tool_says_who_has_written_it()
    {
        var document = new JsonObject { ["id"] = "t", ["kind"] = "http", ["request"] = new JsonObject { ["url"] = "https://example.org" }, [WrittenBy] = "acme" };

        Assert.Contains(ToolDocument.Read(document).Errors, error => error is { Code: "field.unknown", Pointer: "/" + WrittenBy });
    }

    [Fact]
    public void The_readers_know_every_field_that_the_schemas_have()
    {
        // Any value will do: it may be wrong, but not unknown.
        var spell = Filled(PublishedSchemas.Spell(), "");
        spell["steps"] = new JsonArray(Filled(PublishedSchemas.Spell(), "definitions/step"));
        spell["steps"]![0]!["retry"] = Filled(PublishedSchemas.Spell(), "definitions/retry");
        spell["steps"]![0]!["catch"] = Filled(PublishedSchemas.Spell(), "definitions/catch");
        var tool = Filled(PublishedSchemas.Tool(), "");
        foreach (var part in new[] { "request", "response", "llm" })
        {
            tool[part] = Filled(PublishedSchemas.Tool(), "definitions/" + part);
        }

        tool["response"]!["artifacts"] = new JsonArray(Filled(PublishedSchemas.Tool(), "definitions/response/properties/artifacts/items"));
        tool["cost"] = Filled(PublishedSchemas.Tool(), "properties/cost");
        tool["limits"] = Filled(PublishedSchemas.Tool(), "properties/limits");

        var errors = SpellDocument.Read(spell).Errors.Concat(ToolDocument.Read(tool).Errors).ToList();

        Assert.NotEmpty(errors);
        Assert.DoesNotContain(errors, error => error.Code == "field.unknown");
    }

    static JsonObject Filled(JsonObject schema, string place) =>
        new(Properties(schema, place).Select(name => KeyValuePair.Create(name, (JsonNode?)JsonValue.Create(1))));

    static IEnumerable<string> Properties(JsonObject schema, string place)
    {
        var part = place.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate((JsonNode)schema, (node, name) => node[name]!);
        return part["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal);
    }

    static IEnumerable<string> Fields(Type record, string[] more) =>
        record.GetProperties(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance)
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))
            .Concat(more).Order(StringComparer.Ordinal);

    static IEnumerable<string> Undescribed(JsonNode? node, string place)
    {
        if (node is not JsonObject fields)
        {
            return [];
        }

        var own = fields["properties"] is JsonObject properties
            ? properties.Where(property => property.Value!["description"] is null && property.Value["$ref"] is null).Select(property => $"{place}/{property.Key}")
            : [];
        return own.Concat(fields.SelectMany(field => Undescribed(field.Value, $"{place}/{field.Key}")));
    }
}
