using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Schemas;
using Grimoire.Tests.Spells;
using Grimoire.Tools;

namespace Grimoire.Tests.Tools;

public sealed class ToolDocumentTests
{
    const string Valid = """
        {"id":"comfy.txt2img","name":"Comfy","kind":"http","delivery":"immediate","cost":{"estimateUsd":0.05},"limits":{"concurrency":4,"breakerOpen":"PT30S"},
         "input":{"type":"object","required":["prompt"],"properties":{"prompt":{"type":"string"}}},"output":{"type":"object"},
         "request":{"url":"${config:COMFY}/prompt","headers":{"Authorization":"Bearer ${secret:COMFY_KEY}"},"body":{"text":"${inputs.prompt}"}},
         "response":{"output":"${response.body.result}","artifacts":[{"as":"images","from":"${response.body.urls}","name":"image.png"}],"transient":[409]},
         "retry":{"maxAttempts":5},"timeout":"PT2M"}
        """;

    [Fact]
    public void A_whole_definition_is_read()
    {
        var reading = ToolDocument.Read(Valid, DocumentFormat.Json);

        Assert.Empty(reading.Errors);
        var tool = reading.Tool!;
        Assert.Equal(("comfy.txt2img", "Comfy", "http", 0.05m, 4, 5, TimeSpan.FromMinutes(2)),
            (tool.Id, tool.Name, tool.Kind, tool.Cost.EstimateUsd, tool.Limits.Concurrency, tool.Retry!.MaxAttempts, tool.Timeout));
        Assert.Equal([409], tool.Response!.Transient);
        var result = new ToolValidator(Samples.Schemas).Validate(tool);
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        Assert.Empty(Samples.Schemas.Validate(PublishedSchemas.Tool(), JsonNode.Parse(Valid)));
    }

    [Theory]
    [InlineData("""{}""", "/id field.missing", "/kind field.missing")]
    [InlineData("""{"id":"A","kind":"http"}""", "/id field.value")]
    [InlineData("""{"id":"a","kind":"htpp"}""", "/kind field.value")]
    [InlineData("""{"id":"a","kind":"text."}""", "/kind field.value")]
    [InlineData("""{"id":"a","kind":"wait","delivery":"mail"}""", "/delivery field.value")]
    [InlineData("""{"id":"a","kind":"http","request":{}}""", "/request/url field.missing")]
    [InlineData("""{"id":"a","kind":"http","request":{"url":"https://x","method":"post"}}""", "/request/method field.value")]
    [InlineData("""{"id":"a","kind":"http","request":{"url":"https://x","body":{},"multipart":{}}}""", "/request/multipart field.conflict")]
    [InlineData("""{"id":"a","kind":"http","request":{"url":"https://x","header":{}}}""", "/request/header field.unknown")]
    [InlineData("""{"id":"a","kind":"llm","llm":{"models":[]}}""", "/llm/endpoint field.missing", "/llm/models field.value")]
    [InlineData("""{"id":"a","kind":"llm","llm":{"endpoint":"x","models":["m"],"temperature":3}}""", "/llm/temperature field.range")]
    [InlineData("""{"id":"a","kind":"llm","llm":{"endpoint":"x","models":["m"],"prices":{"m":{"inputPerMillion":1}}}}""", "/llm/prices/m/outputPerMillion field.missing")]
    [InlineData("""{"id":"a","kind":"wait","cost":{"usd":-1},"limits":{"concurrency":0},"timeout":"1m"}""", "/cost/usd field.range", "/limits/concurrency field.range", "/timeout field.duration")]
    [InlineData("""{"id":"a","kind":"wait","limits":{"whenOpen":"retry"}}""", "/limits/whenOpen field.value")]
    [InlineData("""{"id":"a","kind":"http","request":{"url":"https://x"},"response":{"transient":[42],"artifacts":[{"as":"x"}]}}""", "/response/artifacts/0/from field.missing", "/response/transient/0 field.value")]
    public void What_is_wrong_in_form_is_told_with_its_place(string document, params string[] expected)
    {
        var reading = ToolDocument.Read(document, DocumentFormat.Json);

        Assert.Null(reading.Tool);
        Assert.Equal(expected, reading.Errors.Select(error => $"{error.Pointer} {error.Code}").Order(StringComparer.Ordinal));
        Assert.NotEmpty(Samples.Schemas.Validate(PublishedSchemas.Tool(), JsonNode.Parse(document)));
    }

    [Theory]
    [InlineData("""{"id":"a","kind":"http"}""", "/request tool.field")]
    [InlineData("""{"id":"a","kind":"llm"}""", "/llm tool.field")]
    [InlineData("""{"id":"a","kind":"wait","response":{}}""", "/response tool.field")]
    [InlineData("""{"id":"a","kind":"wait","delivery":"webhook"}""", "/delivery tool.delivery")]
    [InlineData("""{"id":"a","kind":"wait","delivery":"poll"}""", "/delivery tool.delivery")]
    [InlineData("""{"id":"a","kind":"wait","input":{"type":"thing"}}""", "/input/type schema.invalid")]
    [InlineData("""{"id":"a","kind":"http","request":{"url":"ftp://x"}}""", "/request/url tool.url")]
    [InlineData("""{"id":"a","kind":"http","request":{"url":"https://x/${inputs.}"}}""", "/request/url expression.malformed")]
    [InlineData("""{"id":"a","kind":"http","request":{"url":"https://x/${response.body}"}}""", "/request/url reference.root")]
    [InlineData("""{"id":"a","kind":"http","request":{"url":"https://x","headers":{"a b":"c"}}}""", "/request/headers/a b tool.header")]
    [InlineData("""{"id":"a","kind":"http","request":{"url":"https://x"},"response":{"output":"${secret:K}"}}""", "/response/output reference.root")]
    [InlineData("""{"id":"a","kind":"http","request":{"url":"https://x"},"response":{"output":"${response.json}"}}""", "/response/output reference.field")]
    [InlineData("""{"id":"a","kind":"http","request":{"url":"https://x"},"response":{"transient":[409],"permanent":[409]}}""", "/response/permanent tool.status")]
    [InlineData("""{"id":"a","kind":"http","input":{"properties":{"prompt":{}}},"request":{"url":"https://x/${inputs.promt}"}}""", "/request/url reference.input")]
    public void What_is_wrong_in_meaning_is_told_with_its_place(string document, string expected)
    {
        var reading = ToolDocument.Read(document, DocumentFormat.Json);
        Assert.Empty(reading.Errors);

        var error = Assert.Single(new ToolValidator(Samples.Schemas).Validate(reading.Tool!).Errors);

        Assert.Equal(expected, $"{error.Pointer} {error.Code}");
    }

    [Fact]
    public void The_tools_that_are_built_in_are_valid() =>
        Assert.All(BuiltInTools.All, tool =>
        {
            var result = new ToolValidator(Samples.Schemas).Validate(tool);
            Assert.Empty(result.Errors);
            Assert.Empty(result.Warnings);
        });
}
