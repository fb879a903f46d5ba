using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Schemas;
using Grimoire.Tests.Spells;
using Grimoire.Tools;

namespace Grimoire.Tests.Tools;

/// <summary>Definitions of tools that answer later, with one thing changed.</summary>
static class Jobs
{
    /// <summary>Is called back at the attempt's own address.</summary>
    public const string Webhook = """
        {"id":"a","kind":"http","delivery":"webhook","request":{"url":"https://x/jobs","body":{"callback":"${callback.url}"}},
         "job":{"runId":"${response.body.id}","state":"${response.body.state}","callback":{}}}
        """;

    /// <summary>Is called back at the tool's one address.</summary>
    public const string ByRunId = """
        {"id":"a","kind":"http","delivery":"webhook","request":{"url":"https://x/jobs"},
         "job":{"runId":"${response.body.id}","state":"${response.body.state}",
          "callback":{"runId":"${response.body.id}","signature":{"kind":"standard","secrets":["${secret:S}"]}}}}
        """;

    public const string Poll = """
        {"id":"a","kind":"http","delivery":"poll","request":{"url":"https://x/jobs"},
         "job":{"runId":"${response.body.id}","state":"${response.body.state}","status":{"request":{"method":"GET","url":"https://x/jobs/${job.runId}"}}}}
        """;

    /// <param name="document">One of the above.</param>
    /// <param name="pointer">What is changed of it.</param>
    /// <param name="json">What comes there, whether there is something or not; null: nothing.</param>
    public static JsonObject With(string document, string pointer, string? json)
    {
        var tool = Samples.Object(document);
        JsonNode place = tool;
        var parts = JsonPointer.Parts(pointer);
        foreach (var part in parts.SkipLast(1))
        {
            place = place[part] ??= new JsonObject();
        }

        if (json is null)
        {
            Assert.True(place.AsObject().Remove(parts[^1]));
        }
        else
        {
            place[parts[^1]] = JsonNode.Parse(json);
        }

        return tool;
    }

    public static ToolDefinition Read(JsonNode document)
    {
        var reading = ToolDocument.Read(document);
        Assert.Empty(reading.Errors);
        return reading.Tool!;
    }

    public static ValidationResult Validate(JsonNode document) => new ToolValidator(Samples.Schemas).Validate(Read(document));

    public static IReadOnlyList<SchemaError> AgainstSchema(JsonNode document) => Samples.Schemas.Validate(PublishedSchemas.Tool(), document);
}
