using System.Text.Json;
using Grimoire.Casts;
using Grimoire.Documents;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests.Tools;

/// <summary>Jobs of tools that answer later: started, asked about, taken from callbacks, and ended.</summary>
public sealed class HttpJobsTests
{
    static readonly ToolDefinition Webhook = Tool("""
        {"id":"t","kind":"http","delivery":"webhook","cost":{"usd":0.5},
         "request":{"url":"${config:BASE}/jobs","headers":{"Authorization":"Bearer ${secret:KEY}"},"body":{"prompt":"${inputs.prompt ?? ''}","callback":"${callback.url}"}},
         "response":{"output":{"text":"${response.body.text}"},"artifacts":[{"as":"image","from":"${response.body.image}"}],"costUsd":"${response.body.cost}"},
         "job":{"runId":"${response.body.id}","state":"${response.body.state}","progress":"${response.body.progress}","states":{"transient":["overloaded"]},
          "callback":{},
          "status":{"request":{"method":"GET","url":"${config:BASE}/jobs/${job.runId}"},
           "response":{"output":{"text":"${response.body.text}"},"costUsd":"${response.body.cost}","transient":[409]}}}}
        """);

    static readonly ToolDefinition Poll = Webhook with
    {
        Delivery = Delivery.Poll,
        Request = Webhook.Request! with { Body = null },
        Job = Webhook.Job! with { Callback = null, Cancel = new RequestTemplate { Method = "DELETE", Url = "${config:BASE}/jobs/${job.runId}" } },
    };

    [Fact]
    [Trait("Row", "SP26")]
    public async Task A_start_tells_the_provider_where_to_call_back_and_says_the_id_of_the_job()
    {
        await using var bench = await JobBench.StartAsync(("POST /jobs", 202, """{"id":"run-7","state":"queued"}"""));

        var result = await bench.BeginAsync(Webhook, """{"prompt":"a cat"}""");

        Assert.Null(result.Failure);
        Assert.Equal("run-7", result.Started!.RunId);
        Assert.Equal("queued", (string)result.Started.Start!["state"]!);
        Assert.Equal((null, null, 0m), (result.Output, result.Reading, result.CostUsd));
        var sent = Assert.Single(bench.Provider.Requests);
        Assert.Equal($$"""{"prompt":"a cat","callback":"{{JobBench.CallbackUrl}}"}""", sent.Body);
        Assert.Equal("acme-1.step.1", sent.Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task Only_the_start_has_the_key_of_the_attempt()
    {
        await using var bench = await JobBench.StartAsync(("GET /jobs/run-7", 200, """{"state":"running"}"""), ("DELETE /jobs/run-7", 200, "{}"));

        await bench.AskAsync(Poll);
        await bench.CancelAsync(Poll);

        Assert.Equal(["GET", "DELETE"], bench.Provider.Requests.Select(request => request.Method));
        Assert.All(bench.Provider.Requests, request => Assert.False(request.Headers.ContainsKey("Idempotency-Key")));
    }

    [Fact]
    public async Task What_is_kept_of_a_start_has_no_secret_in_it()
    {
        await using var bench = await JobBench.StartAsync(("POST /jobs", 200, """{"id":"run-7","echo":{"authorization":"Bearer s3cret-value"}}"""));

        var result = await bench.BeginAsync(Webhook);

        Assert.Equal("""{"id":"run-7","echo":{"authorization":"Bearer [secret]"}}""", result.Started!.Start!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"state":"queued"}""")]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"id":""}""")]
    public async Task A_start_that_does_not_say_which_job_it_is_fails_where_nothing_else_says_so(string answer)
    {
        await using var bench = await JobBench.StartAsync(("POST /jobs", 200, answer));

        var polled = await bench.BeginAsync(Poll);
        var calledBack = await bench.BeginAsync(Webhook);

        Assert.Equal(("response.mapping", false), (polled.Failure!.Code, polled.Failure.Transient));
        Assert.Null(polled.Started);
        Assert.NotNull(calledBack.Started);
    }

    [Theory]
    [InlineData(503, true)]
    [InlineData(422, false)]
    public async Task A_start_that_is_refused_is_a_failure_as_of_any_request(int status, bool transient)
    {
        await using var bench = await JobBench.StartAsync(("POST /jobs", status, """{"error":"no room"}"""));

        var result = await bench.BeginAsync(Webhook);

        Assert.Null(result.Started);
        Assert.Equal(("http.status", transient), (result.Failure!.Code, result.Failure.Transient));
        Assert.Contains("no room", result.Failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"running\"", "0.25", JobState.Running, 0.25)]
    [InlineData("\"RUNNING\"", "\"25%\"", JobState.Running, 0.25)]
    [InlineData("\"running\"", "\" 25 % \"", JobState.Running, 0.25)]
    [InlineData("\"in_queue\"", "null", JobState.Queued, null)]
    [InlineData("\"warming up\"", "7", JobState.Running, 1d)]
    [InlineData("\"running\"", "\"NaN\"", JobState.Running, null)]
    [InlineData("null", "\"soon\"", JobState.Running, null)]
    public async Task A_job_that_has_not_ended_says_how_far_it_is(string state, string progress, JobState meant, double? share)
    {
        await using var bench = await JobBench.StartAsync(("GET /jobs/run-7", 200, $$"""{"state":{{state}},"progress":{{progress}}}"""));

        var result = await bench.AskAsync(Poll);

        Assert.Equal((meant, false, share), (result.Reading!.State, result.Reading.HasEnded, result.Reading.Progress));
        Assert.Equal((null, null, 0m), (result.Failure, result.Output, result.CostUsd));
    }

    [Fact]
    public async Task What_a_job_has_come_to_is_mapped_and_its_files_are_kept()
    {
        await using var bench = await JobBench.StartAsync(("GET /files/1", 200, "PNG"));
        var mapped = Poll with { Job = Poll.Job! with { Status = Poll.Job.Status! with { Response = null } } };
        bench.Answers("GET /jobs/run-7", 200, $$"""{"state":"done","text":"ok","cost":0.07,"image":"{{bench.Provider.At("/files/1")}}"}""");

        var result = await bench.AskAsync(mapped);

        Assert.Null(result.Failure);
        Assert.Equal((JobState.Succeeded, "done"), (result.Reading!.State, result.Reading.Said));
        Assert.Equal(("ok", 0.07m), ((string)result.Output!["text"]!, result.CostUsd));
        Assert.Equal("PNG", bench.Artifacts.Text(Assert.Single(bench.Artifacts.Stored).Artifact));
        Assert.Equal("image.png", (string)result.Output["image"]!["artifact"]!);
    }

    [Fact]
    public async Task An_answer_is_mapped_as_status_says_if_it_says_so()
    {
        await using var bench = await JobBench.StartAsync(("GET /jobs/run-7", 200, """{"state":"done","text":"ok"}"""));

        var result = await bench.AskAsync(Poll);

        Assert.Equal(("""{"text":"ok"}""", 0.5m), (result.Output!.ToJsonString(), result.CostUsd));
    }

    [Theory]
    [InlineData("failed", "job.failed", false)]
    [InlineData("overloaded", "job.failed", true)]
    [InlineData("canceled", "job.cancelled", false)]
    public async Task A_job_that_has_not_ended_well_is_a_failure_with_what_its_provider_says_and_charges(string state, string code, bool transient)
    {
        await using var bench = await JobBench.StartAsync(("GET /jobs/run-7", 200, $$"""{"state":"{{state}}","error":{"message":"out of paper"},"cost":0.03}"""));

        var result = await bench.AskAsync(Poll);

        var failure = result.Failure!;
        Assert.Equal((code, transient, Phase.Execute, "step"), (failure.Code, failure.Transient, failure.Phase, failure.Step));
        Assert.Contains("out of paper", failure.Message, StringComparison.Ordinal);
        Assert.Equal(("run-7", state), ((string)failure.Details!["runId"]!, (string)failure.Details["state"]!));
        Assert.Equal(0.03m, result.CostUsd);
        Assert.True(result.Reading!.HasEnded);
    }

    [Fact]
    public async Task A_failure_of_a_job_has_no_secret_in_it_and_no_half_of_one()
    {
        await using var bench = await JobBench.StartAsync(("GET /jobs/run-7", 200, $$"""{"state":"failed","log":"{{new string('x', 995)}}s3cret-value"}"""));
        await bench.BeginAsync(Poll);

        var result = await bench.AskAsync(Poll);

        Assert.DoesNotContain("s3c", JsonSerializer.Serialize(result.Failure, DomainJson.Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503, true)]
    [InlineData(409, true)]
    [InlineData(404, false)]
    public async Task A_question_that_is_not_answered_says_nothing_of_the_job(int status, bool transient)
    {
        await using var bench = await JobBench.StartAsync(("GET /jobs/run-7", status, """{"state":"failed"}"""));

        var result = await bench.AskAsync(Poll);

        Assert.Null(result.Reading);
        Assert.Equal(("http.status", transient), (result.Failure!.Code, result.Failure.Transient));
    }

    [Fact]
    [Trait("Row", "SP18")]
    public async Task A_callback_and_an_answer_come_to_the_same()
    {
        const string ended = """{"state":"succeeded","text":"ok","cost":0.07,"image":"data:image/png;base64,UE5H"}""";
        await using var bench = await JobBench.StartAsync(("GET /jobs/run-7", 200, ended));
        var same = Webhook with { Job = Webhook.Job! with { Status = Webhook.Job.Status! with { Response = null } } };

        var asked = await bench.AskAsync(same);
        var told = await bench.TakeAsync(same, ended);

        Assert.Equal(asked.Reading, told.Reading);
        Assert.Equal((asked.CostUsd, "ok"), (told.CostUsd, (string)told.Output!["text"]!));
        Assert.Equal(asked.Output!["image"]!["sha256"]!.ToJsonString(), told.Output["image"]!["sha256"]!.ToJsonString());
        Assert.Single(bench.Provider.Requests);
    }

    [Fact]
    public async Task A_callback_may_say_things_in_its_own_way()
    {
        await using var bench = await JobBench.StartAsync();
        var own = new CallbackSettings
        {
            State = "${response.headers['x-state']}",
            Progress = 1,
            Response = new ResponseMapping { Output = Bench.Json("""{"got":"${response.body.payload}","for":"${job.start.id}"}""") },
        };

        var result = await bench.TakeAsync(Webhook with { Job = Webhook.Job! with { Callback = own } }, """{"state":"failed","payload":7}""");

        Assert.Equal("""{"got":7,"for":"run-7"}""", result.Output!.ToJsonString());
        Assert.Equal((JobState.Succeeded, 1d, 0.5m), (result.Reading!.State, result.Reading.Progress, result.CostUsd));
    }

    [Fact]
    public async Task A_result_that_messages_do_not_have_is_asked_for_and_its_body_may_be_kept()
    {
        await using var bench = await JobBench.StartAsync(("GET /jobs/run-7/picture", 200, "PNG"));

        var result = await bench.TakeAsync(WithResult(), """{"state":"done"}""");

        Assert.Equal(200, (int)result.Output!["status"]!);
        Assert.Equal("PNG", bench.Artifacts.Text((string)result.Output["picture"]!["artifact"]!));
        Assert.Equal(0.5m, result.CostUsd);
    }

    [Theory]
    [InlineData(503, true)]
    [InlineData(404, false)]
    public async Task A_result_that_cannot_be_had_has_been_paid_for(int status, bool transient)
    {
        await using var bench = await JobBench.StartAsync(("GET /jobs/run-7/picture", status, "{}"));

        var result = await bench.TakeAsync(WithResult(), """{"state":"done"}""");

        Assert.Equal(("http.status", transient), (result.Failure!.Code, result.Failure.Transient));
        Assert.Equal((JobState.Succeeded, 0.5m), (result.Reading!.State, result.CostUsd));
    }

    [Fact]
    public async Task The_body_of_a_message_is_no_artifact()
    {
        await using var bench = await JobBench.StartAsync();

        var kept = Webhook with { Response = new ResponseMapping { Artifacts = [new ArtifactMapping("picture", "body")] } };
        var result = await bench.TakeAsync(kept, """{"state":"done"}""");

        Assert.Equal("tool.invalid", result.Failure!.Code);
    }

    [Fact]
    public async Task A_job_is_ended_as_its_definition_says()
    {
        await using var bench = await JobBench.StartAsync(("DELETE /jobs/run-7", 204, ""));

        var ended = await bench.CancelAsync(Poll with { Output = Bench.Object("""{"type":"object","required":["text"]}""") });
        var left = await bench.CancelAsync(Webhook);

        Assert.Null(ended.Failure);
        Assert.Null(left.Failure);
        Assert.Single(bench.Provider.Requests);
    }

    [Fact]
    public async Task A_provider_that_will_not_end_a_job_is_told_of()
    {
        await using var bench = await JobBench.StartAsync(("DELETE /jobs/run-7", 409, """{"error":"too late"}"""));

        Assert.Contains("too late", (await bench.CancelAsync(Poll)).Failure!.Message, StringComparison.Ordinal);
    }

    static ToolDefinition WithResult() => Webhook with
    {
        Response = new ResponseMapping { Output = Bench.Json("""{"status":"${response.status}"}"""), Artifacts = [new ArtifactMapping("picture", "body")] },
        Job = Webhook.Job! with { Result = new RequestTemplate { Method = "GET", Url = "${config:BASE}/jobs/${job.runId}/picture" } },
    };

    static ToolDefinition Tool(string json)
    {
        var reading = ToolDocument.Read(json, DocumentFormat.Json);
        Assert.Empty(reading.Errors);
        return reading.Tool!;
    }
}
