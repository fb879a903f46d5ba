using System.Text.Json.Nodes;

namespace Grimoire.Tests.Tools;

public sealed class JobCheckTests
{
    [Theory]
    [InlineData(Jobs.Webhook)]
    [InlineData(Jobs.ByRunId)]
    [InlineData(Jobs.Poll)]
    public void A_job_needs_no_more_than_this(string document)
    {
        var result = Jobs.Validate(JsonNode.Parse(document)!);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
    }

    [Theory]
    // What a delivery needs, and what means nothing for it.
    [InlineData(Jobs.Webhook, "/delivery", "\"immediate\"", "/job tool.field")]
    [InlineData(Jobs.Webhook, "/job", null, "/job tool.field", "/request/body/callback reference.root")]
    [InlineData(Jobs.Webhook, "/kind", "\"wait\"", "/delivery tool.delivery", "/job tool.field", "/request tool.field")]
    [InlineData(Jobs.ByRunId, "/job/callback", null, "/job/callback tool.field")]
    [InlineData(Jobs.Poll, "/job/status", null, "/job/status tool.field")]
    [InlineData(Jobs.Poll, "/job/callback", """{"runId":"${response.body.id}","signature":{"kind":"none","allowForgedCallbacks":true}}""", "/job/callback tool.field")]
    // Whose callback it is, and who says so.
    [InlineData(Jobs.Webhook, "/request/body", "{}", "/request tool.callback")]
    [InlineData(Jobs.ByRunId, "/job/callback/runId", null, "/request tool.callback")]
    [InlineData(Jobs.ByRunId, "/job/runId", null, "/job/runId tool.field")]
    [InlineData(Jobs.ByRunId, "/job/callback/signature", null, "/job/callback/signature tool.callback")]
    [InlineData(Jobs.ByRunId, "/job/callback/signature", """{"kind":"url"}""", "/job/callback/signature tool.callback")]
    // Which job a request is about.
    [InlineData(Jobs.Poll, "/job/runId", null, "/job/status/request tool.job")]
    [InlineData(Jobs.Poll, "/job/status/request/url", "\"https://x/jobs\"", "/job/status/request tool.job")]
    [InlineData(Jobs.Webhook, "/job/cancel", """{"url":"https://x/stop"}""", "/job/cancel tool.job")]
    // What a state means.
    [InlineData(Jobs.Poll, "/job/states", """{"failed":["no"],"succeeded":["ok","No"]}""", "/job/states/failed/0 tool.state")]
    [InlineData(Jobs.Poll, "/job/states", """{"failed":["no"],"transient":["busy","no"]}""", "/job/states/transient/1 tool.state")]
    // Roots.
    [InlineData(Jobs.Webhook, "/request/body/x", "\"${callback.token}\"", "/request/body/x reference.field")]
    [InlineData(Jobs.Webhook, "/request/body/x", "\"${job.runId}\"", "/request/body/x reference.root")]
    [InlineData(Jobs.Poll, "/request/body", "\"${callback.url}\"", "/request/body reference.root")]
    [InlineData(Jobs.Poll, "/job/status/request/body", "\"${callback.url}\"", "/job/status/request/body reference.root")]
    [InlineData(Jobs.Poll, "/job/status/request/query", """{"id":"${job.id}"}""", "/job/status/request/query/id reference.field")]
    [InlineData(Jobs.Poll, "/job/result", """{"url":"https://x/${job.runId}/${response.body.id}"}""", "/job/result/url reference.root")]
    [InlineData(Jobs.Poll, "/job/cancel", """{"url":"x/${job.runId}"}""", "/job/cancel/url tool.url")]
    [InlineData(Jobs.Poll, "/job/cancel", """{"url":"https://x/${job.runId}","headers":{"a b":"c"}}""", "/job/cancel/headers/a b tool.header")]
    [InlineData(Jobs.Poll, "/job/runId", "\"${job.start.id}\"", "/job/runId reference.root")]
    [InlineData(Jobs.Poll, "/job/runId", "\"${response.id}\"", "/job/runId reference.field")]
    [InlineData(Jobs.Poll, "/job/state", "\"${response.body.\"", "/job/state expression.malformed")]
    [InlineData(Jobs.Poll, "/job/state", "\"${secret:S}\"", "/job/state reference.root")]
    [InlineData(Jobs.Poll, "/job/progress", "\"${job.start.progress}\"", "/job/progress reference.root")]
    [InlineData(Jobs.Webhook, "/job/state", "\"${response.status}\"", "/job/state reference.field")]
    [InlineData(Jobs.Webhook, "/job/callback/state", "\"${response.status}\"", "/job/callback/state reference.field")]
    [InlineData(Jobs.ByRunId, "/job/callback/runId", "\"${job.runId}\"", "/job/callback/runId reference.root")]
    [InlineData(Jobs.ByRunId, "/job/callback/messageId", "\"${inputs.id}\"", "/job/callback/messageId reference.root")]
    [InlineData(Jobs.ByRunId, "/job/callback/signature/secrets", "[\"${inputs.secret}\"]", "/job/callback/signature/secrets/0 reference.root")]
    [InlineData(Jobs.Webhook, "/response", """{"output":"${response.status}"}""", "/response/output reference.field")]
    [InlineData(Jobs.Webhook, "/response", """{"costUsd":"${callback.url}"}""", "/response/costUsd reference.root")]
    [InlineData(Jobs.Webhook, "/response", """{"transient":[409],"permanent":[409]}""", "/response/permanent tool.status")]
    // What can be kept of a message.
    [InlineData(Jobs.Webhook, "/response", """{"artifacts":[{"as":"a","from":"${response.body.url}"},{"as":"b","from":"body"}]}""", "/response/artifacts/1/from tool.artifact")]
    [InlineData(Jobs.Poll, "/job/status/response", """{"artifacts":[{"as":"a","from":"body"}]}""", "/job/status/response/artifacts/0/from tool.artifact")]
    [InlineData(Jobs.Webhook, "/job/callback/response", """{"artifacts":[{"as":"a","from":"body"}]}""", "/job/callback/response/artifacts/0/from tool.artifact")]
    public void What_is_wrong_in_meaning_is_told_with_its_place(string document, string changed, string? json, params string[] expected)
    {
        var result = Jobs.Validate(Jobs.With(document, changed, json));

        Assert.Equal(expected, result.Errors.Select(error => $"{error.Pointer} {error.Code}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(Jobs.Poll, "/job/status/request/url", "\"${job.start.status_url}\"")]
    [InlineData(Jobs.Poll, "/job/status/request/url", "\"https://x/jobs/${attempt.idempotencyKey}\"")]
    [InlineData(Jobs.Poll, "/job/state", "\"${response.status == 202 ? 'running' : response.body.state}\"")]
    [InlineData(Jobs.Poll, "/response", """{"output":{"status":"${response.status}","asked":"${job.start.at}"},"costUsd":"${response.body.cost ?? inputs.cost}"}""")]
    [InlineData(Jobs.Webhook, "/request/body", "\"${'https://relay?to=' + callback['url']}\"")]
    [InlineData(Jobs.Webhook, "/job/callback/state", "\"${response.headers['x-state']}\"")]
    [InlineData(Jobs.Webhook, "/response", """{"errorMessage":"${response.status} ${response.body.error}"}""")]
    [InlineData(Jobs.ByRunId, "/job/callback/signature", """{"kind":"none","allowForgedCallbacks":true}""")]
    [InlineData(Jobs.ByRunId, "/job/status", """{"request":{"method":"GET","url":"https://x/jobs/${job.runId}"},"after":"PT30S"}""")]
    public void What_is_right_is_not_found_fault_with(string document, string changed, string json)
    {
        var result = Jobs.Validate(Jobs.With(document, changed, json));

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void The_body_that_a_result_is_asked_for_can_be_kept()
    {
        var document = Jobs.With(Jobs.Webhook, "/job/result", """{"method":"GET","url":"https://x/jobs/${job.runId}/picture"}""");
        document["response"] = JsonNode.Parse("""{"output":{"type":"${response.status}"},"artifacts":[{"as":"picture","from":"body"}]}""");

        Assert.Empty(Jobs.Validate(document).Errors);
    }

    [Theory]
    [InlineData(Jobs.Poll, "/job/heartbeat", "\"PT1S\"", "/job/heartbeat tool.heartbeat")]
    [InlineData(Jobs.Poll, "/job/status/after", "\"PT1M\"", "/job/status/after tool.unused")]
    [InlineData(Jobs.ByRunId, "/job/callback/signature/secrets", "[\"${secret:S}\",\"whsec_c2VjcmV0\"]", "/job/callback/signature/secrets/1 tool.plainSecret")]
    public void What_is_doubtful_is_warned_of(string document, string changed, string json, string expected)
    {
        var result = Jobs.Validate(Jobs.With(document, changed, json));

        Assert.Empty(result.Errors);
        var warning = Assert.Single(result.Warnings);
        Assert.Equal(expected, $"{warning.Pointer} {warning.Code}");
    }

    [Fact]
    public void A_silence_longer_than_the_job_may_take_is_warned_of()
    {
        var document = Jobs.With(Jobs.Webhook, "/job/heartbeat", "\"PT2H\"");
        document["timeout"] = "PT1H";

        Assert.Equal("/job/heartbeat", Assert.Single(Jobs.Validate(document).Warnings).Pointer);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var document = Jobs.With(Jobs.ByRunId, "/job/callback/signature", null);
        document["job"]!.AsObject().Remove("runId");
        document["job"]!["cancel"] = JsonNode.Parse("""{"url":"ftp://x"}""");
        document["job"]!["states"] = JsonNode.Parse("""{"failed":["x"],"cancelled":["x"]}""");

        string[] expected =
        [
            "/job/callback/signature tool.callback", "/job/cancel tool.job", "/job/cancel/url tool.url", "/job/runId tool.field", "/job/states/cancelled/0 tool.state",
        ];
        Assert.Equal(expected, Jobs.Validate(document).Errors.Select(error => $"{error.Pointer} {error.Code}").Order(StringComparer.Ordinal));
    }
}
