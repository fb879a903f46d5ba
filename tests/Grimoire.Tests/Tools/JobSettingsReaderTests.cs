using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Tools;
using Grimoire.Webhooks;

namespace Grimoire.Tests.Tools;

public sealed class JobSettingsReaderTests
{
    const string Whole = """
        {"id":"a","kind":"http","delivery":"webhook","request":{"url":"https://x/jobs","body":{"callback":"${callback.url}"}},
         "response":{"output":"${response.body.output}"},
         "job":{"runId":"${response.body.id}","state":"${response.body.state}","progress":"${response.body.progress}",
          "states":{"queued":["waits"],"running":["DONE"],"succeeded":["good"],"failed":["bad"],"cancelled":["gone"],"transient":["crowded"]},
          "callback":{"runId":"${response.body.job}","messageId":"${response.headers['x-id']}","state":"${response.body.status}","progress":"${response.body.percent}",
           "response":{"output":"${response.body.result}"},
           "signature":{"kind":"hmac","secrets":["${secret:NEW}","${secret:OLD}"],"header":"X-Signature","prefix":"sha256="}},
          "status":{"request":{"method":"GET","url":"https://x/jobs/${job.runId}"},"state":"${response.body.phase}","progress":0.5,
           "response":{"output":"${response.body.data}"},"first":"PT2S","backoff":3,"longest":"PT90S","after":"PT5M"},
          "result":{"method":"GET","url":"${job.start.result}"},"cancel":{"method":"DELETE","url":"https://x/jobs/${job.runId}"},"heartbeat":"PT10M"}}
        """;

    [Fact]
    public void A_whole_job_is_read()
    {
        var job = Jobs.Read(JsonNode.Parse(Whole)!).Job!;

        Assert.Equal(("${response.body.id}", "${response.body.state}", "${response.body.progress}"), ((string)job.RunId!, (string)job.State!, (string)job.Progress!));
        var callback = job.Callback!;
        Assert.Equal(("${response.body.job}", "${response.headers['x-id']}", "${response.body.status}", "${response.body.percent}"),
            ((string)callback.RunId!, (string)callback.MessageId!, (string)callback.State!, (string)callback.Progress!));
        Assert.Equal("${response.body.result}", (string)callback.Response!.Output!);
        Assert.Equal((SignatureKind.Hmac, 2, "sha256="), (callback.Signature.Kind, callback.Signature.Secrets.Count, callback.Signature.Hmac!.Prefix));
        var status = job.Status!;
        Assert.Equal(("GET", "https://x/jobs/${job.runId}", "${response.body.phase}"), (status.Request.Method, status.Request.Url, (string)status.State!));
        Assert.Equal(("${response.body.data}", 0.5), ((string)status.Response!.Output!, (double)status.Progress!));
        Assert.Equal(new AskPauses(TimeSpan.FromSeconds(2), 3, TimeSpan.FromSeconds(90)), status.Pauses);
        Assert.Equal(TimeSpan.FromMinutes(5), status.After);
        Assert.Equal(("${job.start.result}", "DELETE", TimeSpan.FromMinutes(10)), (job.Result!.Url, job.Cancel!.Method, job.Heartbeat!.Value));
        Assert.Empty(Jobs.AgainstSchema(JsonNode.Parse(Whole)!));
    }

    /// <summary>A cast keeps the definition that it has begun with.</summary>
    [Fact]
    public void What_is_kept_of_a_definition_comes_back_as_it_was()
    {
        var tool = Jobs.Read(JsonNode.Parse(Whole)!);

        var kept = JsonSerializer.Serialize(tool, DomainJson.Options);
        var again = JsonSerializer.Deserialize<ToolDefinition>(kept, DomainJson.Options)!;

        Assert.Equal(kept, JsonSerializer.Serialize(again, DomainJson.Options));
        Assert.Equal(tool.Job!.Status!.Pauses, again.Job!.Status!.Pauses);
        Assert.Equal("X-Signature", again.Job.Callback!.Signature.Hmac!.Header);
    }

    [Theory]
    [InlineData("waits", JobState.Queued)]
    [InlineData("Done", JobState.Running)]
    [InlineData("GOOD", JobState.Succeeded)]
    [InlineData("succeeded", JobState.Running)]
    [InlineData("bad", JobState.Failed)]
    [InlineData("crowded", JobState.Failed)]
    [InlineData("gone", JobState.Cancelled)]
    [InlineData("never heard of", JobState.Running)]
    public void States_that_are_given_stand_in_place_of_the_usual_ones(string said, JobState meant) =>
        Assert.Equal(meant, Jobs.Read(JsonNode.Parse(Whole)!).Job!.States.Of(said));

    [Theory]
    [InlineData("completed", JobState.Running)]
    [InlineData("done", JobState.Succeeded)]
    [InlineData("error", JobState.Failed)]
    [InlineData("canceled", JobState.Cancelled)]
    public void States_that_are_left_out_are_as_usual_without_those_that_are_given_another_meaning(string said, JobState meant)
    {
        var states = Jobs.Read(Jobs.With(Jobs.Poll, "/job/states", """{"running":["Completed"],"transient":["error"]}""")).Job!.States;

        Assert.Equal(meant, states.Of(said));
        Assert.Equal(said == "error", states.IsTransient(said));
    }

    [Fact]
    public void What_is_left_out_is_as_usual()
    {
        var webhook = Jobs.Read(JsonNode.Parse(Jobs.Webhook)!).Job!;
        var poll = Jobs.Read(JsonNode.Parse(Jobs.Poll)!).Job!;

        Assert.Same(JobStates.Usual, webhook.States);
        Assert.Equal((SignatureKind.Url, null, null), (webhook.Callback!.Signature.Kind, webhook.Callback.RunId, webhook.Status));
        Assert.Equal((new AskPauses(), TimeSpan.FromMinutes(2)), (poll.Status!.Pauses, poll.Status.After));
        Assert.Null(poll.Callback);
    }

    [Theory]
    [InlineData("PT2M", null, 120, 120)]
    [InlineData(null, "PT1S", 1, 1)]
    [InlineData("PT2S", null, 2, 60)]
    public void A_pause_that_is_given_moves_the_other_one(string? first, string? longest, int firstSeconds, int longestSeconds)
    {
        var document = JsonNode.Parse(Jobs.Poll)!.AsObject();
        document["job"]!["status"]!["first"] = first;
        document["job"]!["status"]!["longest"] = longest;

        var pauses = Jobs.Read(document).Job!.Status!.Pauses;

        Assert.Equal((TimeSpan.FromSeconds(firstSeconds), TimeSpan.FromSeconds(longestSeconds)), (pauses.First, pauses.Longest));
    }

    [Theory]
    [InlineData("/job", "[]", "/job field.type")]
    [InlineData("/job", "{}", "/job/state field.missing")]
    [InlineData("/job/runid", "1", "/job/runid field.unknown")]
    [InlineData("/job/heartbeat", "\"soon\"", "/job/heartbeat field.duration")]
    [InlineData("/job/states", "[]", "/job/states field.type")]
    [InlineData("/job/states/done", "[]", "/job/states/done field.unknown")]
    [InlineData("/job/states/failed", "\"bad\"", "/job/states/failed field.type")]
    [InlineData("/job/states/failed", "[1,\"\"]", "/job/states/failed/0 field.type", "/job/states/failed/1 field.tooLong")]
    [InlineData("/job/callback", "true", "/job/callback field.type")]
    [InlineData("/job/callback/url", "\"x\"", "/job/callback/url field.unknown")]
    [InlineData("/job/callback/response", "{\"body\":1}", "/job/callback/response/body field.unknown")]
    [InlineData("/job/callback/signature", "{}", "/job/callback/signature/kind field.missing")]
    [InlineData("/job/callback/signature", "{\"kind\":\"none\"}", "/job/callback/signature/allowForgedCallbacks signature.none")]
    [InlineData("/job/callback/signature", "{\"kind\":\"standard\"}", "/job/callback/signature/secrets field.missing")]
    [InlineData("/job/callback/signature", "{\"kind\":\"url\",\"header\":\"X\"}", "/job/callback/signature/header field.unknown")]
    [InlineData("/job/status", "{}", "/job/status/request field.missing")]
    [InlineData("/job/status", "{\"request\":{}}", "/job/status/request/url field.missing")]
    [InlineData("/job/status/url", "\"x\"", "/job/status/request field.missing", "/job/status/url field.unknown")]
    [InlineData("/job/result", "\"https://x\"", "/job/result field.type")]
    [InlineData("/job/cancel", "{\"url\":\"https://x\",\"method\":\"delete\"}", "/job/cancel/method field.value")]
    public void What_is_wrong_in_form_is_told_with_its_place(string changed, string json, params string[] expected)
    {
        var document = Jobs.With(Jobs.Webhook, changed, json);

        Assert.Equal(expected, Errors(document));
        Assert.NotEmpty(Jobs.AgainstSchema(document));
    }

    [Theory]
    [InlineData("/job/status/first", "\"PT0.01S\"", "/job/status/first field.range")]
    [InlineData("/job/status/longest", "\"PT0.01S\"", "/job/status/longest field.range")]
    [InlineData("/job/status/backoff", "0.5", "/job/status/backoff field.range")]
    [InlineData("/job/status/after", "\"P2Y\"", "/job/status/after field.duration")]
    public void Pauses_that_cannot_be_are_told_with_their_place(string changed, string json, string expected) =>
        Assert.Equal([expected], Errors(Jobs.With(Jobs.Poll, changed, json)));

    [Fact]
    public void The_longest_pause_is_not_shorter_than_the_first()
    {
        var document = Jobs.With(Jobs.Poll, "/job/status/first", "\"PT10S\"");
        document["job"]!["status"]!["longest"] = "PT5S";

        Assert.Equal(["/job/status/longest field.range"], Errors(document));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var document = JsonNode.Parse("""{"id":"a","kind":"http","job":{"callback":{"runid":1},"status":{"first":"x"},"heartbeat":0}}""")!;

        string[] expected =
        [
            "/job/callback/runid field.unknown", "/job/heartbeat field.duration", "/job/state field.missing", "/job/status/first field.duration", "/job/status/request field.missing",
        ];
        Assert.Equal(expected, Errors(document));
    }

    static IEnumerable<string> Errors(JsonNode document) =>
        ToolDocument.Read(document).Errors.Select(error => $"{error.Pointer} {error.Code}").Order(StringComparer.Ordinal);
}
