using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Schemas;
using Grimoire.Tools;
using Grimoire.Webhooks;

namespace Grimoire.Tests.Tools;

/// <summary>What the published schema says of jobs is what is read.</summary>
public sealed class JobSchemaTests
{
    static readonly JsonObject Definitions = PublishedSchemas.Tool()["definitions"]!.AsObject();

    [Theory]
    [InlineData("job", typeof(JobSettings))]
    [InlineData("states", typeof(JobStates))]
    [InlineData("callback", typeof(CallbackSettings))]
    public void Part_of_a_job_has_the_fields_that_its_schema_has(string name, Type record) => Assert.Equal(Fields(record), Properties(name));

    /// <summary>The fields of "hmac" and the pauses are not objects of their own in a document.</summary>
    [Fact]
    public void So_have_parts_whose_fields_come_from_two_records()
    {
        Assert.Equal(Fields(typeof(StatusSettings)).Except(["pauses"]).Concat(Fields(typeof(AskPauses))).Order(StringComparer.Ordinal), Properties("status"));
        Assert.Equal(
            Fields(typeof(CallbackSignature)).Except(["hmac"]).Concat(Fields(typeof(HmacHeader))).Append("allowForgedCallbacks").Order(StringComparer.Ordinal),
            Properties("signature"));
    }

    [Theory]
    [InlineData("queued")]
    [InlineData("running")]
    [InlineData("succeeded")]
    [InlineData("failed")]
    [InlineData("cancelled")]
    [InlineData("transient")]
    public void The_schema_shows_the_usual_states(string name)
    {
        var usual = JsonSerializer.SerializeToNode(JobStates.Usual, DomainJson.Options)!;

        Assert.Equal(usual[name]!.ToJsonString(), Definitions["states"]!["properties"]![name]!["default"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"kind":"url"}""", true)]
    [InlineData("""{"kind":"url","secrets":["x"]}""", false)]
    [InlineData("""{"kind":"standard","secrets":["x"],"tolerance":"PT1M"}""", true)]
    [InlineData("""{"kind":"standard","secrets":["x"],"header":"X"}""", false)]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":"X"}""", true)]
    [InlineData("""{"kind":"hmac","secrets":["x"]}""", false)]
    [InlineData("""{"kind":"none","allowForgedCallbacks":true}""", true)]
    [InlineData("""{"kind":"none"}""", false)]
    [InlineData("""{"kind":"url","allowForgedCallbacks":true}""", false)]
    public void A_signature_has_the_fields_of_its_kind_and_no_other(string signature, bool isRight)
    {
        var document = Jobs.With(Jobs.Webhook, "/job/callback/signature", signature);

        Assert.Equal(isRight, Jobs.AgainstSchema(document).Count == 0);
        Assert.Equal(isRight, ToolDocument.Read(document).Errors.Count == 0);
    }

    static IEnumerable<string> Fields(Type record) =>
        record.GetProperties(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance)
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(StringComparer.Ordinal);

    static IEnumerable<string> Properties(string name) => Definitions[name]!["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal);
}
