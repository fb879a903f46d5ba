using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;
using Grimoire.Functions.Webhooks;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>However it becomes known that a job has ended, its attempt ends once, with what the job came to.</summary>
public sealed class JobCheckTests
{
    [Fact]
    [Trait("Row", "SP12")]
    public async Task What_a_callback_says_is_what_the_attempt_came_to()
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync("succeeded", costUsd: 0.5m);

        var answer = await jobs.CheckAsync();

        Assert.Equal(("done", 0.5m), ((string?)answer.Outcome?.Output?.Value?["text"], answer.Outcome!.CostUsd));
        var record = await jobs.World.RecordAsync();
        Assert.Equal((AttemptStatus.Succeeded, "m1", JobWorld.RunId), (record!.Status, record.Job?.EndedBy, record.Job?.RunId));
        Assert.Equal(["step.started", "attempt.started", "job.started", "job.callback", "step.completed"], await jobs.World.TypesAsync());
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("cancelled")]
    public async Task A_job_that_has_failed_fails_the_attempt_and_what_it_has_cost_counts(string state)
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync(state, costUsd: 0.1m);

        var answer = await jobs.CheckAsync();

        Assert.Equal(("job.failed", 0.1m), (answer.Outcome?.Failure?.Code, answer.Outcome!.CostUsd));
        Assert.Equal((AttemptStatus.Failed, 0.1m), ((await jobs.World.RecordAsync())!.Status, (await jobs.World.ViewAsync()).CostUsd));
    }

    [Fact]
    public async Task As_long_as_nothing_has_come_the_job_goes_on()
    {
        var jobs = await JobWorld.StartedAsync();
        var before = jobs.World.Paid.Calls.Count;

        var answer = await jobs.CheckAsync();

        Assert.Equal((null, false, null, null), (answer.Outcome, answer.CollectAgain, answer.HeardAt, answer.Trouble));
        Assert.Equal(before, jobs.World.Paid.Calls.Count);
        Assert.Equal(AttemptStatus.Running, (await jobs.World.RecordAsync())?.Status);
    }

    [Fact]
    public async Task Progress_is_a_sign_of_life_and_no_end()
    {
        var jobs = await JobWorld.StartedAsync();
        jobs.World.Time.Advance(TimeSpan.FromMinutes(3));
        await jobs.CallBackAsync("processing", progress: "25%");
        var heard = jobs.World.Time.GetUtcNow();
        jobs.World.Time.Advance(TimeSpan.FromMinutes(3));

        var answer = await jobs.CheckAsync();

        Assert.Equal((null, heard), (answer.Outcome, answer.HeardAt));
    }

    [Fact]
    [Trait("Row", "UX09")]
    public async Task What_a_provider_says_again_is_told_once()
    {
        var jobs = await JobWorld.StartedAsync(JobWorld.Polled);
        for (var question = 0; question < 3; question++)
        {
            var answer = await jobs.CheckAsync(ask: true);
            Assert.Equal((null, "processing", 0.5), (answer.Outcome, answer.Said, answer.Progress));
        }

        jobs.Ask = _ => new ToolResult { Output = new JsonObject { ["text"] = "asked for" }, CostUsd = 0.3m, Reading = new JobReading(JobState.Succeeded, "done", false, 1) };
        var end = await jobs.CheckAsync(ask: true);

        Assert.Equal(("asked for", 0.3m), ((string?)end.Outcome?.Output?.Value?["text"], end.Outcome!.CostUsd));
        Assert.Equal("answer", (await jobs.World.RecordAsync())?.Job?.EndedBy);
        Assert.Equal(["step.started", "attempt.started", "job.started", "job.progress", "step.completed"], await jobs.World.TypesAsync());
    }

    /// <summary>A callback and an answer, or two workers with the same callback.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "SP20")]
    [Trait("Row", "SP22")]
    public async Task Two_that_learn_of_the_end_at_once_end_it_once(bool oneAsks)
    {
        var jobs = await JobWorld.StartedAsync(JobWorld.Own with { Status = JobWorld.Polled.Status });
        jobs.Ask = _ => new ToolResult { Output = new JsonObject { ["text"] = "asked for" }, CostUsd = 0.7m, Reading = new JobReading(JobState.Succeeded, "done", false, 1) };
        Task<Functions.Orchestrations.JobAnswer> first;
        Functions.Orchestrations.JobAnswer second;
        if (!oneAsks)
        {
            await jobs.CallBackAsync("succeeded");
        }

        using (var held = jobs.World.Faults.Hold("*attempts/*", StoreOperation.Replace))
        {
            first = jobs.CheckAsync(ask: oneAsks);
            await held.Reached;
            var other = jobs.World.NewWorker(jobs.World.Disk);
            await jobs.CallBackAsync("succeeded", worker: other);
            second = await jobs.CheckAsync(worker: other);
        }

        var late = await first;

        Assert.Equal(second.Outcome!.Output!.Value!.ToJsonString(), late.Outcome!.Output!.Value!.ToJsonString());
        Assert.Equal((0.25m, 0.25m, 0.25m), (late.Outcome.CostUsd, second.Outcome.CostUsd, (await jobs.World.ViewAsync()).CostUsd));
        Assert.Single((await jobs.World.LinesAsync()).DistinctBy(e => e.Id), e => e.Type == CastEvents.StepCompleted);
    }

    [Fact]
    [Trait("Row", "DW03")]
    [Trait("Row", "SP11")]
    public async Task An_end_that_was_stored_and_not_told_is_told_by_whoever_looks_next()
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync("succeeded");
        using (jobs.World.Faults.Fail("*journal*", StoreOperation.Append))
        {
            await Assert.ThrowsAsync<Functions.Storage.StorageException>(() => jobs.CheckAsync());
        }

        Assert.Equal(AttemptStatus.Succeeded, (await jobs.World.RecordAsync())?.Status);
        var answer = await jobs.CheckAsync(worker: jobs.World.NewWorker());

        Assert.Equal(("done", 0.25m), ((string?)answer.Outcome?.Output?.Value?["text"], (await jobs.World.ViewAsync()).CostUsd));
        Assert.Equal("step.completed", (await jobs.World.TypesAsync())[^1]);
    }

    [Fact]
    [Trait("Row", "SP20")]
    public async Task The_first_end_counts_whatever_comes_after_it()
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync("succeeded", "m1", 0.2m);
        jobs.World.Time.Advance(TimeSpan.FromSeconds(1));
        await jobs.CallBackAsync("failed", "m0", 0.9m);
        await jobs.CallBackAsync("processing", "m2");

        Assert.Equal(0.2m, (await jobs.CheckAsync()).Outcome?.CostUsd);
        Assert.Equal(0.2m, (await jobs.CheckAsync()).Outcome?.CostUsd);
        Assert.Equal(0.2m, (await jobs.World.ViewAsync()).CostUsd);
    }

    [Theory]
    [InlineData("tooLarge", false)]
    [InlineData("unserialisable", false)]
    [InlineData("invalid", false)]
    [InlineData("unserialisable", true)]
    [InlineData("invalid", true)]
    [Trait("Row", "KZ19")]
    public async Task An_output_that_cannot_be_kept_fails_the_attempt_and_was_paid_for(string wrong, bool isPolled)
    {
        var jobs = await JobWorld.StartedAsync(isPolled ? JobWorld.Polled : JobWorld.Own, output: Json.Object("""{ "type": "object", "properties": { "text": { "type": "string" } } }"""));
        JsonNode output = wrong switch
        {
            "tooLarge" => new JsonObject { ["text"] = new string('x', 100_000) },
            "unserialisable" => new JsonObject { ["number"] = JsonValue.Create(double.NaN) },
            _ => new JsonObject { ["text"] = 5 },
        };
        var result = new ToolResult { Output = output, CostUsd = 0.4m, Reading = new JobReading(JobState.Succeeded, "done", false, 1) };
        jobs.Collect = (_, _) => Task.FromResult(result);
        jobs.Ask = _ => result;
        if (!isPolled)
        {
            await jobs.CallBackAsync("succeeded");
        }

        var outcome = (await jobs.CheckAsync(ask: isPolled)).Outcome!;

        Assert.Equal(($"output.{wrong}", false, 0.4m), (outcome.Failure?.Code, outcome.Failure!.Transient, outcome.CostUsd));
        Assert.Equal(0.4m, (await jobs.World.ViewAsync()).CostUsd);
    }

    [Fact]
    public async Task What_could_not_be_had_at_once_is_had_later()
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync("succeeded");
        jobs.Collect = (_, _) => Task.FromResult(ToolResult.Failed("http.status", "503", transient: true) with { Reading = new JobReading(JobState.Succeeded, "done", false, 1) });

        var first = await jobs.CheckAsync();
        jobs.Collect = (call, _) => Task.FromResult(jobs.Taken(call));
        var second = await jobs.CheckAsync(attempt: 2);

        Assert.Equal((true, null), (first.CollectAgain, first.Outcome));
        Assert.Equal("done", (string?)second.Outcome?.Output?.Value?["text"]);
        Assert.Equal(0.25m, (await jobs.World.ViewAsync()).CostUsd);
    }

    [Fact]
    public async Task What_can_never_be_had_fails_the_attempt_in_the_end()
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync("succeeded");
        jobs.Collect = (_, _) => Task.FromResult(
            ToolResult.Failed("http.status", "503", transient: true) with { CostUsd = 0.25m, Reading = new JobReading(JobState.Succeeded, "done", false, 1) });

        var tries = Enumerable.Range(1, jobs.World.Options.CollectTries).Select(attempt => jobs.CheckAsync(attempt: attempt).Result).ToList();

        Assert.All(tries.SkipLast(1), answer => Assert.True(answer.CollectAgain));
        Assert.Equal(("http.status", 0.25m), (tries[^1].Outcome?.Failure?.Code, tries[^1].Outcome!.CostUsd));
    }

    /// <summary>The circuit is open, or the line is full: the message has come nevertheless.</summary>
    [Theory]
    [InlineData("succeeded")]
    [InlineData("failed")]
    public async Task A_tool_that_cannot_be_called_just_now_does_not_make_a_callback_unheard(string state)
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync(state, costUsd: 0.6m);
        jobs.Collect = (_, _) => Task.FromResult(ToolResult.Failed("tool.breakerOpen", "It is left alone.", transient: true));

        var first = await jobs.CheckAsync();
        var last = await jobs.CheckAsync(attempt: jobs.World.Options.CollectTries);

        Assert.Equal((true, null), (first.CollectAgain, first.Outcome));
        Assert.Equal(("tool.breakerOpen", 0.6m), (last.Outcome?.Failure?.Code, last.Outcome!.CostUsd));
    }

    [Fact]
    public async Task A_provider_that_cannot_be_asked_is_trouble_and_callbacks_are_signs_of_life_meanwhile()
    {
        var jobs = await JobWorld.StartedAsync(JobWorld.Own with { Status = JobWorld.Polled.Status });
        jobs.Ask = _ => ToolResult.Failed("http.status", "404", transient: false);
        jobs.World.Time.Advance(TimeSpan.FromMinutes(1));
        await jobs.CallBackAsync("processing", progress: "0.1");

        var answer = await jobs.CheckAsync(ask: true);

        Assert.Equal(("http.status", jobs.World.Time.GetUtcNow(), null), (answer.Trouble?.Code, answer.HeardAt, answer.Outcome));
        Assert.Equal(AttemptStatus.Running, (await jobs.World.RecordAsync())?.Status);
    }

    [Fact]
    public async Task An_app_that_stops_while_it_gets_what_a_job_has_made_ends_nothing()
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync("succeeded");
        using var stop = new CancellationTokenSource();
        jobs.Collect = async (_, cancellation) =>
        {
            await stop.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            return new ToolResult();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => jobs.Worker.CheckJob.LookAsync(new Functions.Orchestrations.JobQuestion(World.Key(), false), stop.Token));

        Assert.Equal(AttemptStatus.Running, (await jobs.World.RecordAsync())?.Status);
        jobs.Collect = (call, _) => Task.FromResult(jobs.Taken(call));
        Assert.NotNull((await jobs.CheckAsync()).Outcome?.Output);
    }

    [Theory]
    [InlineData("NaN", null)]
    [InlineData("Infinity", null)]
    [InlineData("half", null)]
    [InlineData("1e400", null)]
    [InlineData("25 %", 0.25)]
    [InlineData("-3", 0.0)]
    [InlineData("250%", 1.0)]
    public async Task Progress_that_is_no_number_is_none(string said, double? progress)
    {
        var jobs = await JobWorld.StartedAsync();

        Assert.Equal(CallbackOutcome.Accepted, await jobs.CallBackAsync("processing", progress: said));

        Assert.Equal(progress, (double?)Assert.Single(await jobs.World.EventsAsync(), e => e.Type == CastEvents.JobProgress).Data!["progress"]);
    }
}
