using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Tools that answer later: whatever the network does with their callbacks, the cast ends, once, with its cost counted once.</summary>
[Collection(SharedApp.Name)]
public sealed class JobTests(AppWithFiles shared) : IAsyncLifetime
{
    /// <summary>Part of the ids of this test's tools and jobs: faults strike no other.</summary>
    readonly string _mark = Guid.NewGuid().ToString("N")[..12];
    readonly GrimoireApp _app = shared.App;
    readonly SandboxProcess _sandbox = shared.Sandbox;

    SandboxJobs Jobs => _sandbox.Jobs;

    public async Task InitializeAsync()
    {
        await SaveAsync("callback", new { after = "PT10M" }, new { signature = new { kind = "hmac", secrets = (string[])["${secret:SANDBOX_HMAC}"], header = "X-Sandbox-Signature", prefix = "sha256=", payload = "${timestamp}.${body}", timestampHeader = "X-Sandbox-Timestamp" } });
        await SaveAsync("impatient", new { after = "PT1S", first = "PT0.2S", longest = "PT1S" }, new { });
        await SaveAsync("stubborn", new { after = "PT10M" }, new { }, isCancellable: false);
        await SaveAsync("polled", new { first = "PT0.2S", longest = "PT0.5S" }, null);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    [Trait("Row", "AZ03")]
    [Trait("Row", "SP25")]
    [Trait("Row", "SP26")]
    public async Task A_callback_resumes_the_step_that_has_started_the_job()
    {
        var (cast, job) = await StartAsync("callback");
        JsonElement waiting = Step(await _app.GetAsync($"casts/{cast}"));
        Assert.Equal("running", waiting.GetProperty("status").GetString());
        Assert.Equal(job.Id, (await AttemptAsync(cast)).GetProperty("job").GetProperty("runId").GetString());

        await Jobs.ProgressAsync(job.Id, 0.5);
        await Jobs.CompleteAsync(job.Id);

        JsonElement end = await _app.EndAsync(cast);
        Assert.Equal((0.02m, job.Id), (end.GetProperty("costUsd").GetDecimal(), end.GetProperty("output").GetProperty("id").GetString()));
        Assert.Equal(
            ["cast.created", "cast.started", "step.started", "attempt.started", "job.started", "job.progress", "job.callback", "step.completed", "cast.completed"],
            (await TypesAsync(cast)).Distinct());
        Assert.All((await Jobs.CallbacksAsync(job: job.Id)).Callbacks, callback => Assert.Equal(200, Assert.Single(callback.Tries).Status));
    }

    [Theory]
    [Trait("Row", "SP20")]
    [Trait("Row", "SP21")]
    [Trait("Row", "SP22")]
    [Trait("Row", "UX07")]
    [InlineData("duplicate")]
    [InlineData("forge")]
    [InlineData("corrupt")]
    [InlineData("stale")]
    [InlineData("reorder")]
    public async Task Whatever_else_comes_only_the_right_callback_counts_and_once(string fault)
    {
        var (cast, job) = await StartAsync("callback");
        await Jobs.SetCallbackFaultAsync(new SandboxCallbackFault(fault) { Key = job.Key, Extra = fault is "forge" or "corrupt" or "stale", Copies = 5, Times = 100 });

        await Jobs.ProgressAsync(job.Id, 0.25);
        await Jobs.CompleteAsync(job.Id);

        JsonElement end = await _app.EndAsync(cast);
        Assert.Equal(0.02m, end.GetProperty("costUsd").GetDecimal());
        Assert.Single(await TypesAsync(cast), type => type == "step.completed");
        Assert.Equal(1, (await Jobs.ListAsync(key: job.Key)).Starts);
        int?[] answers = [.. (await Jobs.CallbacksAsync(job: job.Id)).Callbacks.SelectMany(callback => callback.Tries).Select(one => one.Status).Distinct()];
        Assert.Contains(200, answers);
        Assert.Subset(new HashSet<int?> { 200, fault switch { "forge" => 401, "corrupt" => 400, "stale" => 410, _ => 200 } }, answers.ToHashSet());
    }

    [Fact]
    [Trait("Row", "UX09")]
    public async Task A_callback_that_is_lost_costs_time_and_not_the_cast()
    {
        var (cast, job) = await StartAsync("impatient");
        await Jobs.SetCallbackFaultAsync(new SandboxCallbackFault("drop") { Key = job.Key, Times = 100 });

        await Jobs.CompleteAsync(job.Id);

        JsonElement end = await _app.EndAsync(cast);
        Assert.Equal((0.02m, job.Id), (end.GetProperty("costUsd").GetDecimal(), end.GetProperty("output").GetProperty("id").GetString()));
        Assert.DoesNotContain("job.callback", await TypesAsync(cast));
    }

    [Fact]
    [Trait("Row", "SP12")]
    public async Task A_tool_that_is_polled_is_asked_until_it_has_ended()
    {
        var (cast, job) = await StartAsync("polled");
        await Jobs.BeginAsync(job.Id);
        await Jobs.ProgressAsync(job.Id, 0.5);
        await _app.SeeEventAsync(cast, "job.progress");

        await Jobs.CompleteAsync(job.Id);

        Assert.Equal(0.02m, (await _app.EndAsync(cast)).GetProperty("costUsd").GetDecimal());
    }

    [Fact]
    [Trait("Row", "SP31")]
    public async Task A_job_that_fails_fails_its_step_with_what_its_provider_says()
    {
        var (cast, job) = await StartAsync("callback");

        await Jobs.FailAsync(job.Id, "out of paint");

        JsonElement failure = (await _app.EndAsync(cast, "failed")).GetProperty("failure");
        Assert.Equal(("job.failed", "one", 1), (failure.GetProperty("code").GetString(), failure.GetProperty("step").GetString(), failure.GetProperty("attempt").GetInt32()));
        Assert.Contains("out of paint", failure.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "DW05")]
    public async Task A_cast_that_is_cancelled_cancels_its_job()
    {
        var (cast, job) = await StartAsync("callback");

        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{cast}/cancel");

        await _app.EndAsync(cast, "cancelled");
        Assert.Equal("cancelled", (await Jobs.GetAsync(job.Id)).State);
        Assert.Contains("job.cancelled", await TypesAsync(cast));
    }

    [Fact]
    [Trait("Row", "SP28")]
    [Trait("Row", "SP11")]
    [Trait("Row", "KZ02")]
    public async Task A_job_that_is_late_does_not_hold_the_cast_up_and_what_it_has_cost_counts()
    {
        var (cast, job) = await StartAsync("stubborn", timeout: "PT5S");
        JsonElement end = await _app.EndAsync(cast, "failed");
        Assert.Equal(("step.timeout", 0m), (end.GetProperty("failure").GetProperty("code").GetString(), end.GetProperty("costUsd").GetDecimal()));

        await Jobs.CompleteAsync(job.Id);
        SandboxCallback again = await Jobs.CallBackAsync(job.Id, "completed");

        JsonElement now = await _app.GetAsync($"casts/{cast}");
        Assert.Equal(("failed", 0.02m), (now.GetProperty("status").GetString(), now.GetProperty("costUsd").GetDecimal()));
        Assert.Contains("duplicate", again.Tries[0].Answer, StringComparison.Ordinal);
        Assert.Single(await TypesAsync(cast), type => type == "attempt.late");
    }

    [Fact]
    [Trait("Row", "SP23")]
    [Trait("Row", "UX07")]
    public async Task What_is_no_callback_is_refused_with_what_is_wrong()
    {
        var (cast, job) = await StartAsync("callback");
        var url = new Uri(job.CallbackUrl!);
        string own = url.PathAndQuery["/api/".Length..];

        await _app.RefusedAsync(HttpStatusCode.Unauthorized, "callback.forged", "POST", own, new { state = "succeeded" });
        await _app.RefusedAsync(HttpStatusCode.Unauthorized, "callback.forged", "POST", own.Replace("/one/", "/two/", StringComparison.Ordinal), new { });
        await _app.RefusedAsync(HttpStatusCode.Unauthorized, "callback.forged", "POST", own[..own.IndexOf('?', StringComparison.Ordinal)], new { });
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "callback.malformed", "POST", own[..^2], new { });
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "callback.malformed", "POST", $"webhooks/{cast}/one/0?token=x", new { });
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "cast.idInvalid", "POST", "webhooks/nonsense/one/1?token=x", new { });
        await _app.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "callback.tooLarge", "POST", own, new string('x', 1_100_000));
        await _app.RefusedAsync(HttpStatusCode.NotFound, "callback.unknown", "POST", "webhooks/nobody", new { });

        await Jobs.CompleteAsync(job.Id);
        await _app.EndAsync(cast);
    }

    [Fact]
    public async Task What_the_headers_of_a_callback_have_is_not_stored()
    {
        var (cast, job) = await StartAsync("stubborn");
        string own = new Uri(job.CallbackUrl!).PathAndQuery["/api/".Length..];

        await _app.ExpectAsync(
            HttpStatusCode.OK, "POST", own, new { id = job.Id, state = "succeeded", told = "in-the-body" }, ("Authorization", "Bearer in-a-header"), ("Cookie", "a=in-a-header"));
        await _app.EndAsync(cast);

        string[] stored = [.. Directory.EnumerateFiles(Path.Combine(_app.Folder, "storage"), "*", SearchOption.AllDirectories).Where(file => file.Contains(cast, StringComparison.Ordinal))];
        string[] contents = await Task.WhenAll(stored.Select(file => File.ReadAllTextAsync(file)));
        Assert.Contains(contents, content => content.Contains("in-the-body", StringComparison.Ordinal));
        Assert.DoesNotContain(contents, content => content.Contains("in-a-header", StringComparison.Ordinal) || content.Contains(_app.Keys.Function, StringComparison.Ordinal));
    }

    /// <summary>A cast of one step whose job waits to be moved by hand.</summary>
    async Task<(string Cast, SandboxJob Job)> StartAsync(string tool, string? timeout = null)
    {
        string cast = await _app.CastAsync(new
        {
            slug = "job",
            steps = (object[])[new { id = "one", tool = Tool(tool), timeout = timeout ?? "PT10M", retry = new { maxAttempts = 1 }, with = new { mark = _mark } }],
        });
        SandboxJobList jobs = await Eventually.SeeAsync(() => Jobs.ListAsync(key: $"{cast}.*"), list => list.Count > 0, _app.Process);
        await _app.SeeEventAsync(cast, "job.started");
        return (cast, jobs.Jobs[0]);
    }

    string Tool(string name) => $"jobs.{name}-{_mark}";

    async Task SaveAsync(string name, object status, object? callback, bool isCancellable = true)
    {
        string jobs = new Uri(_sandbox.Url, "jobs").ToString();
        string job = $"{jobs}/${{job.runId}}";
        var settings = new Dictionary<string, object?>
        {
            ["runId"] = "${response.body.id}",
            ["state"] = "${response.body.state}",
            ["progress"] = "${response.body.progress}",
            ["cancel"] = isCancellable ? new { method = "DELETE", url = job } : null,
        };
        JsonObject asked = JsonSerializer.SerializeToNode(status)!.AsObject();
        asked["request"] = JsonSerializer.SerializeToNode(new { method = "GET", url = job });
        settings["status"] = asked;
        if (callback is not null)
        {
            settings["callback"] = callback;
        }

        var body = new Dictionary<string, object> { ["manual"] = true, ["mark"] = "${inputs.mark}" };
        if (callback is not null)
        {
            body["callbackUrl"] = "${callback.url}";
        }

        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", $"tools/{Tool(name)}", new
        {
            kind = "http",
            delivery = callback is null ? "poll" : "webhook",
            request = new { url = jobs, body },
            response = new { output = new { id = "${response.body.id}" }, costUsd = "${response.body.costUsd}", errorMessage = "${response.body.error}" },
            job = settings,
        });
    }

    static JsonElement Step(JsonElement cast) => cast.GetProperty("steps")[0];

    async Task<JsonElement> AttemptAsync(string cast) => (await _app.GetAsync($"casts/{cast}/steps/one")).GetProperty("attempts")[0];

    async Task<IReadOnlyList<string>> TypesAsync(string cast) =>
        [.. (await _app.GetAsync($"casts/{cast}/events")).GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString()!)];
}
