using System.Net;
using System.Text.Json;
using Grimoire.Sandbox.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests;

/// <summary>Jobs driven by hand, what they cost, and that the same key never costs twice.</summary>
public sealed class JobControlTests(SandboxFixture fixture) : JobTests(fixture)
{
    public static TheoryData<string, string, int> Starts => new()
    {
        { "replicate/v1/predictions", """{"version":"v1","input":{"manual":true}}""", 201 },
        { "comfydeploy/api/run/deployment/queue", """{"deployment_id":"d","inputs":{"manual":true}}""", 200 },
        { "fal/fal-ai/flux/dev", """{"manual":true}""", 200 },
        { "jobs", """{"manual":true}""", 202 },
    };

    [Theory]
    [MemberData(nameof(Starts))]
    public async Task The_same_key_starts_one_job_that_is_paid_for_once(string path, string body, int status)
    {
        HttpResponseMessage[] answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => SendAsync(HttpMethod.Post, path, body, ("Idempotency-Key", $"{Test}-a"))));
        using HttpResponseMessage other = await SendAsync(HttpMethod.Post, path, body, ("Idempotency-Key", $"{Test}-b"));

        Assert.All(answers, answer => Assert.Equal(status, (int)answer.StatusCode));
        Assert.Equal(7, answers.Count(answer => answer.Headers.Contains("idempotent-replayed")));
        SandboxJobList jobs = await Jobs.ListAsync(key: $"{Test}*");
        Assert.Equal((2, 9, 0.04m), (jobs.Count, jobs.Starts, jobs.TotalUsd));
        Assert.Equal([8, 1], jobs.Jobs.Select(job => job.Starts));
        Assert.Equal(2, jobs.Jobs.Select(job => job.Id).Distinct().Count());
        Assert.Equal(new Dictionary<string, int> { [$"{Test}-a"] = 8 }, (await Sandbox.CallsAsync(key: $"{Test}*")).Repeated);
        foreach (HttpResponseMessage answer in answers)
        {
            answer.Dispose();
        }
    }

    [Fact]
    public async Task Starts_without_a_key_are_jobs_of_their_own()
    {
        string body = JsonSerializer.Serialize(new { manual = true, costUsd = 1.5, mark = Test });
        await PostAsync("jobs", body, HttpStatusCode.Accepted);
        await PostAsync("jobs", body, HttpStatusCode.Accepted);

        SandboxJobList jobs = await Jobs.ListAsync(body: Test);

        Assert.Equal((2, 2, 3.0m), (jobs.Count, jobs.Starts, jobs.TotalUsd));
    }

    [Fact]
    public async Task A_job_can_be_told_to_move_step_by_step_and_each_move_is_told_before_its_answer()
    {
        string id = await StartPlainAsync();
        Assert.Equal("queued", (await Jobs.GetAsync(id)).State);
        Assert.Empty(Receiver.All);

        SandboxJob running = await Jobs.BeginAsync(id);
        Assert.Equal(["started"], Events());
        Assert.Equal("running", running.State);
        SandboxJob half = await Jobs.ProgressAsync(id, 0.5);
        Assert.Equal(2, Events().Length);
        Assert.Equal(0.5, half.Progress);
        SandboxJob ended = await Jobs.CompleteAsync(id, new { text = "done" });
        Assert.Equal(["started", "progress", "completed"], Events());

        Assert.Equal("succeeded", ended.State);
        Assert.Equal("""{"text":"done"}""", (await GetAsync($"jobs/{id}")).GetProperty("result").GetRawText());
        Assert.Equal("""{"text":"done"}""", ended.Result?.GetRawText());
    }

    [Fact]
    public async Task One_that_has_not_started_is_started_by_being_completed()
    {
        string id = await StartPlainAsync();

        await Jobs.CompleteAsync(id);

        Assert.Equal(["started", "completed"], Events());
    }

    [Fact]
    public async Task A_job_that_has_ended_cannot_be_told_to_move()
    {
        string id = await StartPlainAsync();
        await Jobs.FailAsync(id, "no");

        foreach (string move in (string[])["start", "progress", "complete", "fail", "cancel"])
        {
            JsonElement error = (await PostAsync($"control/jobs/{id}/{move}", new { }, HttpStatusCode.Conflict)).GetProperty("error");
            Assert.Contains("is failed", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(["started", "completed"], Events());
        await PostAsync($"control/jobs/{id}/explode", new { }, HttpStatusCode.NotFound);
        await PostAsync("control/jobs/job_0000000000000000/complete", new { }, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_callback_can_be_sent_at_any_time_and_its_answer_is_shown()
    {
        string id = await StartPlainAsync(events: []);
        await Jobs.CompleteAsync(id);
        Receiver.Answer = _ => Task.FromResult(410);

        SandboxCallback last = await Jobs.CallBackAsync(id);
        SandboxCallback again = await Jobs.CallBackAsync(id, "started", new SandboxCallbackFault("forge") { Extra = true });

        // It is sent once, whatever the answer: whoever sends by hand can send again.
        Assert.Equal(("completed", 410, "answered 410", "gaveUp"), (last.Event, last.Tries[0].Status, last.Tries[0].Answer, last.State));
        Assert.Equal("started", again.Event);
        Assert.Equal(["completed", "started", "started"], Events());
        Assert.NotEqual(Receiver.All[1].Headers["X-Sandbox-Signature"], Receiver.All[2].Headers["X-Sandbox-Signature"]);
    }

    [Fact]
    public async Task A_job_with_nobody_to_call_cannot_call()
    {
        string id = (await StartAsync("jobs", new { manual = true }, HttpStatusCode.Accepted)).GetProperty("id").GetString()!;

        await PostAsync($"control/jobs/{id}/callback", new { }, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_job_that_the_service_has_lost_is_not_found_and_does_not_move()
    {
        string id = (await StartAsync("jobs", new { seconds = 4, callbackUrl = CallbackUrl, callbackEvents = new[] { "completed" } }, HttpStatusCode.Accepted))
            .GetProperty("id").GetString()!;
        string witness = (await StartAsync("jobs", new { seconds = 4.3 }, HttpStatusCode.Accepted, "2")).GetProperty("id").GetString()!;

        await Jobs.ForgetAsync(id);

        await GetAsync($"jobs/{id}", HttpStatusCode.NotFound);
        await Until.TrueAsync(async () => (await Jobs.GetAsync(witness)).State == "succeeded");
        Assert.Empty(Receiver.All);
        Assert.Equal(1, (await Jobs.ListAsync(key: $"{Test}*")).Count);
    }

    [Fact]
    public async Task A_job_that_was_lost_can_be_started_anew_with_its_key_and_is_paid_for_again()
    {
        string lost = await StartPlainAsync();
        await Jobs.ForgetAsync(lost);

        string anew = await StartPlainAsync();

        Assert.Equal(lost, anew);
        SandboxJob job = Assert.Single((await Jobs.ListAsync(key: Test)).Jobs);
        Assert.Equal((1, "queued"), (job.Starts, job.State));
        Assert.Equal(2, (await Sandbox.CallsAsync("/jobs", Test)).Count);
    }

    [Fact]
    public async Task Jobs_are_found_by_all_that_tells_them_apart()
    {
        string plain = await StartPlainAsync("-1");
        await StartPlainAsync("-2");
        await StartAsync("fal/fal-ai/flux", new { manual = true }, HttpStatusCode.OK, "-3");
        await Jobs.CompleteAsync(plain);

        SandboxJobList all = await Jobs.ListAsync(key: $"{Test}*", take: 1);

        Assert.Equal((3, 1), (all.Count, all.Jobs.Count));
        Assert.Equal(new Dictionary<string, int> { ["queued"] = 2, ["succeeded"] = 1 }, all.States);
        Assert.Equal(2, (await Jobs.ListAsync("plain", key: $"{Test}*")).Count);
        Assert.Equal(1, (await Jobs.ListAsync(path: "/fal/*", key: $"{Test}*")).Count);
        Assert.Equal(plain, Assert.Single((await Jobs.ListAsync(state: "succeeded", key: $"{Test}*")).Jobs).Id);
        Assert.Equal(0, (await Jobs.ListAsync(key: $"{Test}*", body: "nothing like it")).Count);
    }

    [Fact]
    public async Task All_that_wait_can_be_completed_at_once()
    {
        string[] ids = [await StartPlainAsync("-1", ["completed"]), await StartPlainAsync("-2", ["completed"]), await StartPlainAsync("-3", ["completed"])];
        await Jobs.CancelAsync(ids[2]);

        Assert.Equal(2, await Jobs.CompleteAllAsync("plain", key: $"{Test}*"));

        await Until.TrueAsync(() => Task.FromResult(Receiver.All.Count == 3));
        Assert.Equal(["cancelled", "succeeded", "succeeded"], Receiver.All.Select(received => received.Text("state")));
        Assert.Equal(0, await Jobs.CompleteAllAsync(key: $"{Test}*"));
    }

    [Fact]
    public async Task With_manual_settings_no_job_moves_by_itself_and_all_can_be_forgotten()
    {
        await using SandboxProcess own = await SandboxProcess.StartAsync();
        SandboxSettings set = await own.Jobs.SetSettingsAsync(new SandboxSettings { Manual = true, Seconds = 0, CostUsd = 0.5m });
        using HttpResponseMessage still = await own.Http.PostAsync("jobs", null);
        using HttpResponseMessage moving = await own.Http.PostAsync("jobs", Body("""{"manual":false}"""));

        await Until.TrueAsync(async () => (await own.Jobs.ListAsync()).States.GetValueOrDefault("succeeded") == 1);

        SandboxJobList jobs = await own.Jobs.ListAsync();
        Assert.Equal((true, 0.5m), (set.Manual, set.CostUsd));
        Assert.Equal((2, 1.0m, "queued"), (jobs.Count, jobs.TotalUsd, jobs.Jobs[0].State));
        await own.Jobs.ForgetAllAsync();
        Assert.Equal(0, (await own.Jobs.ListAsync()).Count);
    }

    [Theory]
    [InlineData("""{"retries":31}""", "retries")]
    [InlineData("""{"webhookSecrets":[]}""", "webhookSecrets.length")]
    [InlineData("""{"webhookSecrets":["secret"]}""", "webhookSecrets")]
    [InlineData("""{"retrise":3}""", "retrise")]
    public async Task Settings_that_cannot_be_are_refused_by_the_name_of_what_is_wrong(string settings, string param)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Put, "control/settings", settings);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains($"\"param\":\"{param}\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thousands_of_jobs_wait_without_a_thread_each_and_all_end()
    {
        await using SandboxProcess own = await SandboxProcess.StartAsync();
        const int Many = 3000;
        await Parallel.ForAsync(0, Many, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, cancellation) =>
        {
            using HttpResponseMessage accepted = await own.Http.PostAsync("jobs", Body("""{"seconds":3600}"""), cancellation);
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        });
        int threads;
        using (var process = System.Diagnostics.Process.GetProcessById(own.Id))
        {
            threads = process.Threads.Count;
        }

        Assert.InRange(threads, 1, 100);
        await Parallel.ForAsync(0, Many, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, cancellation) =>
        {
            using HttpResponseMessage accepted = await own.Http.PostAsync("jobs", Body("""{"seconds":0.5}"""), cancellation);
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        });
        await Until.TrueAsync(async () => (await own.Jobs.ListAsync(take: 0)).States.GetValueOrDefault("succeeded") == Many);
        Assert.Equal(Many, (await own.Jobs.ListAsync(take: 0, state: "queued")).Count);
    }
}
