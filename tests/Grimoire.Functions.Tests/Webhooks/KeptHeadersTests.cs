using System.Text.Json.Nodes;
using Grimoire.Functions.Webhooks;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests.Webhooks;

/// <summary>Of a callback's headers those are kept that its tool can read, and no others.</summary>
public sealed class KeptHeadersTests
{
    static readonly ToolDefinition Tool = new()
    {
        Id = "t",
        Kind = "http",
        Delivery = Delivery.Webhook,
        Response = new ResponseMapping
        {
            Output = JsonNode.Parse("""{"id":"${response.body.id}","trace":["of ${response.headers.trace ?? response.headers['x-trace']}"]}"""),
            CostUsd = "${response.headers['x-cost']}",
            Artifacts = [new ArtifactMapping("image", "${response.headers.location}", "${response.headers['x-name']}")],
        },
        Job = new JobSettings
        {
            State = "${response.headers['x-state']}",
            Progress = "${response.body.progress}",
            Callback = new CallbackSettings
            {
                MessageId = "${response.headers['x-id']}",
                RunId = "${response.headers['x-run']}",
                Response = new ResponseMapping { RequestId = "${response.headers['x-request']}", ErrorMessage = "${response.headers['x-error']}" },
            },
        },
    };

    [Fact]
    public void Every_header_that_a_template_of_the_tool_names_is_kept() => Assert.Equal(
        ["location", "trace", "x-cost", "x-error", "x-id", "x-name", "x-request", "x-run", "x-state", "x-trace"],
        KeptHeaders.Of(Tool).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("${response.body.headers.authorization}")]
    [InlineData("${inputs.headers.authorization}")]
    [InlineData("${response.headers}")]
    [InlineData("${response.headers[inputs.name]}")]
    [InlineData("authorization")]
    public void Nothing_else_is(string state) =>
        Assert.Empty(KeptHeaders.Of(new ToolDefinition { Id = "t", Kind = "http", Job = new JobSettings { State = state, Callback = new CallbackSettings() } }));
}
