using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Functions.Tools;
using Grimoire.Schemas;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests.Tools;

/// <summary>The sample tools that answer later, with messages as their providers send them.</summary>
public sealed class PresetJobsTests
{
    const string Replicate = """
        {"id":"run-7","version":"v1","logs":"33%\nhalf of it\n50%\n","output":IMAGES,"error":null,"status":"succeeded","metrics":{"predict_time":2}}
        """;

    const string ComfyDeploy = """
        {"event_type":"run.updated","run_id":"run-7","status":"success","live_status":null,"progress":1,
         "outputs":[{"id":"o","data":{"images":[{"url":"FILE","type":"output"},{"url":"FILE","type":"output"}]}},{"id":"p","data":{"text":["x"]}}]}
        """;

    [Fact]
    public async Task A_prediction_is_started_and_calls_back()
    {
        await using var bench = await JobBench.StartAsync(("POST /predictions", 201, """{"id":"run-7","status":"starting","logs":"","metrics":{}}"""), ("GET /file", 200, "PNG"));
        var tool = Preset("replicate.predict");

        var started = await bench.BeginAsync(tool, """{"version":"v1","input":{"prompt":"a cat"},"usdPerSecond":0.01}""");
        var goes = await bench.TakeAsync(tool, """{"id":"run-7","status":"processing","logs":"33%\nhalf of it\n50%\n","output":null,"metrics":{}}""");
        var ended = await bench.TakeAsync(tool, Replicate.Replace("IMAGES", $"[\"{bench.Provider.At("/file")}\"]", StringComparison.Ordinal), """{"usdPerSecond":0.01}""");

        Assert.Equal("run-7", started.Started!.RunId);
        Assert.Equal(
            $$"""{"version":"v1","input":{"prompt":"a cat"},"webhook":"{{JobBench.CallbackUrl}}","webhook_events_filter":["start","logs","completed"]}""",
            bench.Provider.Requests.First().Body);
        Assert.Equal((JobState.Running, 0.5), (goes.Reading!.State, goes.Reading.Progress));
        Assert.Equal((JobState.Succeeded, 0.02m), (ended.Reading!.State, ended.CostUsd));
        Assert.Single(ended.Output!["files"]!.AsArray());
    }

    [Theory]
    [InlineData("\"URL\"", 1)]
    [InlineData("[\"URL\",\"URL\"]", 2)]
    [InlineData("[\"a\",\"text\"]", 0)]
    [InlineData("\"text\"", 0)]
    [InlineData("{\"score\":1}", 0)]
    [InlineData("null", 0)]
    public async Task A_prediction_may_come_to_anything(string output, int files)
    {
        await using var bench = await JobBench.StartAsync(("GET /file", 200, "PNG"));
        var said = output.Replace("URL", bench.Provider.At("/file"), StringComparison.Ordinal);

        var ended = await bench.TakeAsync(Preset("replicate.predict"), Replicate.Replace("IMAGES", said, StringComparison.Ordinal), """{"usdPerSecond":0.01}""");

        Assert.Null(ended.Failure);
        Assert.Equal(files, ended.Output!["files"]!.AsArray().Count);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(said), ended.Output["output"]));
    }

    [Fact]
    public async Task A_workflow_is_started_and_calls_back()
    {
        await using var bench = await JobBench.StartAsync(("POST /run/deployment/queue", 200, """{"run_id":"run-7"}"""), ("GET /file", 200, "PNG"));
        var tool = Preset("comfydeploy.run");

        var started = await bench.BeginAsync(tool, """{"deployment":"d-1","inputs":{"prompt":"a cat"}}""");
        var goes = await bench.TakeAsync(tool, """{"run_id":"run-7","status":"uploading","progress":0.9,"outputs":[]}""");
        var ended = await bench.TakeAsync(tool, ComfyDeploy.Replace("FILE", bench.Provider.At("/file"), StringComparison.Ordinal));
        var failed = await bench.TakeAsync(tool, """{"run_id":"run-7","status":"failed","live_status":"out of paper","progress":0.3,"outputs":[]}""");

        Assert.Equal("run-7", started.Started!.RunId);
        Assert.Equal(
            $$"""{"deployment_id":"d-1","inputs":{"prompt":"a cat"},"webhook":"{{JobBench.CallbackUrl}}","webhook_intermediate_status":true}""",
            bench.Provider.Requests.First().Body);
        Assert.Equal((JobState.Running, 0.9), (goes.Reading!.State, goes.Reading.Progress));
        Assert.Equal((2, 0.02m), (ended.Output!["images"]!.AsArray().Count, ended.CostUsd));
        Assert.Contains("out of paper", failed.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_in_a_queue_is_followed_by_the_addresses_that_its_start_has_said()
    {
        await using var bench = await JobBench.StartAsync(
            ("POST /fal-ai/flux/dev", 200, """{"status":"IN_QUEUE","request_id":"run-7"}"""),
            ("GET /fal-ai/flux/requests/run-7/status", 202, """{"status":"IN_PROGRESS","request_id":"run-7","logs":[{"message":"33%"}]}"""),
            ("PUT /fal-ai/flux/requests/run-7/cancel", 202, """{"status":"CANCELLATION_REQUESTED"}"""),
            ("GET /file", 200, "PNG"));
        var tool = Preset("fal.queue");
        var url = bench.Provider.At("/fal-ai/flux/requests/run-7");
        bench.Answers("GET /fal-ai/flux/requests/run-7", 200, $$"""{"images":[{"url":"{{bench.Provider.At("/file")}}"}],"seed":3}""");
        var record = JobBench.Started with { Start = new JsonObject { ["status_url"] = url + "/status", ["response_url"] = url, ["cancel_url"] = url + "/cancel" } };

        var started = await bench.BeginAsync(tool, """{"model":"fal-ai/flux/dev","input":{"prompt":"a cat"}}""");
        var goes = await bench.RunAsync(tool, "{}", new JobErrand(record));
        var told = new JsonObject { ["headers"] = new JsonObject(), ["body"] = JsonNode.Parse("""{"request_id":"run-7","status":"OK","payload":{},"error":null}""") };
        var ended = await bench.RunAsync(tool, "{}", new JobErrand(record, told));
        bench.Answers("GET /fal-ai/flux/requests/run-7/status", 200, """{"status":"COMPLETED","error":"unsafe prompt","error_type":"sandbox_failure"}""");
        var failed = await bench.RunAsync(tool, "{}", new JobErrand(record));
        bench.Answers("GET /fal-ai/flux/requests/run-7/status", 200, """{"status":"COMPLETED","error":"The request was cancelled.","error_type":"request_cancelled"}""");
        var cancelled = await bench.RunAsync(tool, "{}", new JobErrand(record));
        var left = await bench.RunAsync(tool, "{}", new JobErrand(record, IsOver: true));

        Assert.Equal("run-7", started.Started!.RunId);
        var first = bench.Provider.Requests.First();
        Assert.Equal(("""{"prompt":"a cat"}""", $"/fal-ai/flux/dev?fal_webhook={Uri.EscapeDataString(JobBench.CallbackUrl)}"), (first.Body, first.RawTarget));
        Assert.Equal((JobState.Running, 0.33), (goes.Reading!.State, goes.Reading.Progress));
        Assert.Equal((3, 1, 0.02m), ((int)ended.Output!["result"]!["seed"]!, ended.Output["files"]!.AsArray().Count, ended.CostUsd));
        Assert.Equal(("job.failed", "job.cancelled"), (failed.Failure!.Code, cancelled.Failure!.Code));
        Assert.Contains("unsafe prompt", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Null(left.Failure);
    }

    [Theory]
    [InlineData("sandbox.job.polled", null)]
    [InlineData("sandbox.job.signed", JobBench.CallbackUrl)]
    [InlineData("sandbox.job.by-id", "https://grimoire.example/api/webhooks/sandbox.job.by-id")]
    public async Task A_plain_job_is_started_and_ends(string id, string? callback)
    {
        const string ended = """{"id":"run-7","state":"succeeded","progress":1,"costUsd":0.02,"result":{"value":115}}""";
        await using var bench = await JobBench.StartAsync(("POST /jobs", 202, """{"id":"run-7","state":"queued","progress":0,"costUsd":0.02}"""), ("GET /jobs/run-7", 200, ended));
        var tool = Preset(id);

        var started = await bench.BeginAsync(tool, """{"seconds":3}""");
        var result = callback is null ? await bench.AskAsync(tool) : await bench.TakeAsync(tool, ended);

        Assert.Equal("run-7", started.Started!.RunId);
        Assert.Equal(callback, (string?)JsonNode.Parse(bench.Provider.Requests.First().Body)!["callbackUrl"]);
        Assert.Equal(("""{"result":{"value":115}}""", 0.02m), (result.Output!.ToJsonString(), result.CostUsd));
    }

    [Theory]
    [InlineData("fal-ai/flux/dev", true)]
    [InlineData("fal-ai", false)]
    [InlineData("fal-ai/../x", false)]
    [InlineData("fal-ai/flux?x=y", false)]
    [InlineData("/fal-ai/flux", false)]
    [InlineData("fal-ai/flux#", false)]
    public void The_name_of_a_model_cannot_lead_elsewhere(string model, bool isRight) =>
        Assert.Equal(isRight, new JsonSchemas().Validate(Preset("fal.queue").Input!, new JsonObject { ["model"] = model, ["input"] = new JsonObject() }).Count == 0);

    static ToolDefinition Preset(string id)
    {
        // Their addresses and keys are those of the bench.
        var text = File.ReadAllText(Path.Combine(Repository.Root, "tools", id + ".json"));
        foreach (var name in (string[])["REPLICATE_ENDPOINT", "COMFYDEPLOY_ENDPOINT", "FAL_ENDPOINT", "SANDBOX"])
        {
            text = text.Replace($"config:{name}", "config:BASE", StringComparison.Ordinal);
        }

        foreach (var name in (string[])["REPLICATE_API_KEY", "COMFYDEPLOY_API_KEY", "FAL_API_KEY"])
        {
            text = text.Replace($"secret:{name}", "secret:KEY", StringComparison.Ordinal);
        }

        var reading = ToolDocument.Read(text, DocumentFormat.Json);
        Assert.Empty(reading.Errors);
        return reading.Tool!;
    }
}
