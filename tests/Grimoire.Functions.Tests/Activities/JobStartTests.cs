using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>A job is started once for each attempt, and whatever happens then, it is known that it was.</summary>
public sealed class JobStartTests
{
    [Fact]
    [Trait("Row", "SP25")]
    [Trait("Row", "SP26")]
    public async Task The_record_is_there_before_the_job_is_started_and_has_its_id_afterwards()
    {
        var jobs = await JobWorld.OfAsync();
        AttemptRecord? seen = null;
        string? url = null;
        var start = jobs.Start;
        jobs.Start = async (call, cancellation) =>
        {
            (seen, url) = (await jobs.World.RecordAsync(), call.CallbackUrl);
            return await start(call, cancellation);
        };

        var outcome = await jobs.Worker.DeliverAsync();

        Assert.Equal((AttemptStatus.Running, null, "a cat"), (seen!.Status, seen.Job, (string?)seen.Input!["prompt"]));
        Assert.StartsWith($"https://grimoire.example/api/webhooks/{World.Cast}/one/1?token=v1.", url, StringComparison.Ordinal);
        var record = await jobs.World.RecordAsync();
        Assert.Equal((AttemptStatus.Running, JobWorld.RunId, null, null), (record!.Status, record.Job?.RunId, record.Owner, record.LeaseUntil));
        Assert.Equal(jobs.World.Time.GetUtcNow() + TimeSpan.FromHours(1), outcome.Job?.Until);
        Assert.Null(outcome.Output);
        Assert.Equal(["step.started", "attempt.started", "job.started"], await jobs.World.TypesAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Row", "SP21")]
    [Trait("Row", "KZ09")]
    public async Task Delivered_again_while_the_job_runs_it_answers_the_same_wait_and_starts_nothing(bool sameWorker)
    {
        var jobs = await JobWorld.OfAsync();
        var first = await jobs.Worker.DeliverAsync();

        for (var delivery = 0; delivery < 3; delivery++)
        {
            jobs.World.Time.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal(first.Job?.Until, (await (sameWorker ? jobs.Worker : jobs.World.NewWorker()).DeliverAsync()).Job?.Until);
        }

        Assert.Single(jobs.Starts);
        Assert.Equal(["step.started", "attempt.started", "job.started"], await jobs.World.TypesAsync());
    }

    [Fact]
    [Trait("Row", "SP21")]
    public async Task Delivered_again_after_the_job_has_ended_it_answers_the_end()
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync("succeeded");
        await jobs.CheckAsync();

        var again = await jobs.World.NewWorker().DeliverAsync();

        Assert.Equal(("done", 0.25m, null), ((string?)again.Output?.Value?["text"], again.CostUsd, again.Job));
        Assert.Single(jobs.Starts);
    }

    [Fact]
    [Trait("Row", "KZ03")]
    public async Task A_callback_may_still_come_for_a_job_whose_worker_died_starting_it()
    {
        var jobs = await DiedAsync(JobWorldKind.Own);

        var outcome = await jobs.Worker.DeliverAsync();

        Assert.Equal(jobs.World.Time.GetUtcNow() + jobs.World.Options.UnsureWait, outcome.Job?.Until);
        Assert.Equal((AttemptStatus.Running, true), ((await jobs.World.RecordAsync())!.Status, (await jobs.World.RecordAsync())!.Job!.IsUnsure));
        Assert.Empty(jobs.Starts);
        await jobs.CallBackAsync("succeeded");
        Assert.Equal("done", (string?)(await jobs.CheckAsync()).Outcome?.Output?.Value?["text"]);
        Assert.Equal(AttemptStatus.Succeeded, (await jobs.World.RecordAsync())?.Status);
    }

    [Fact]
    [Trait("Row", "KZ03")]
    public async Task Without_a_callback_the_attempt_is_lost_and_its_provider_is_not_told_to_end_what_nobody_knows()
    {
        var jobs = await DiedAsync(JobWorldKind.Own);
        await jobs.Worker.DeliverAsync();

        var outcome = await jobs.EndAsync(JobEndReason.TimeIsOver);

        Assert.Equal(("attempt.lost", true), (outcome.Failure!.Code, outcome.Failure.Transient));
        Assert.Equal(AttemptStatus.Lost, (await jobs.World.RecordAsync())?.Status);
        Assert.Empty(jobs.Cancelled);
    }

    [Theory]
    [InlineData(JobWorldKind.Shared)]
    [InlineData(JobWorldKind.Polled)]
    [Trait("Row", "KZ03")]
    public async Task A_job_that_nobody_can_find_again_is_lost_with_the_worker_that_started_it(JobWorldKind kind)
    {
        var jobs = await DiedAsync(kind);

        var outcome = await jobs.Worker.DeliverAsync();

        Assert.Equal(("attempt.lost", null), (outcome.Failure?.Code, outcome.Job));
        Assert.Equal(AttemptStatus.Lost, (await jobs.World.RecordAsync())?.Status);
        Assert.Empty(jobs.Starts);
    }

    [Theory]
    [InlineData(JobWorldKind.Own, true)]
    [InlineData(JobWorldKind.Polled, false)]
    [Trait("Row", "KZ03")]
    public async Task An_app_that_is_stopped_while_it_starts_a_job_does_as_one_that_died(JobWorldKind kind, bool waits)
    {
        var jobs = await JobWorld.OfAsync(SettingsOf(kind));
        using var stop = new CancellationTokenSource();
        jobs.Start = async (_, cancellation) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, jobs.World.Time, cancellation);
            return new ToolResult();
        };

        var outcome = await jobs.Worker.DeliverAsync(cancellation: stop.Token);

        Assert.Equal((waits, waits ? null : "attempt.lost"), (outcome.Job is not null, outcome.Failure?.Code));
        Assert.Equal(waits ? AttemptStatus.Running : AttemptStatus.Lost, (await jobs.World.RecordAsync())?.Status);
    }

    [Theory]
    [InlineData(nameof(FaultMoment.Before))]
    [InlineData(nameof(FaultMoment.After))]
    [Trait("Row", "DW06")]
    public async Task A_job_that_storage_does_not_take_travels_in_the_history_and_is_waited_for_then(string moment)
    {
        var jobs = await JobWorld.OfAsync();
        AttemptOutcome outcome;
        using (jobs.World.Faults.Fail("*attempts/*", StoreOperation.Replace, moment: Enum.Parse<FaultMoment>(moment)))
        {
            outcome = await jobs.Worker.DeliverAsync();
        }

        Assert.Equal(JobWorld.RunId, outcome.Unstored?.Job?.RunId);
        var stored = World.Travelled(await jobs.World.NewWorker().StoreAttempt.RunAsync(new AttemptEnd(outcome.Unstored!), default));

        Assert.Equal(outcome.Unstored!.Job!.Wait, stored.Job);
        Assert.Equal(JobWorld.RunId, (await jobs.World.RecordAsync())?.Job?.RunId);
        await jobs.CallBackAsync("succeeded");
        Assert.Equal(0.25m, (await jobs.CheckAsync()).Outcome?.CostUsd);
        Assert.Equal(["step.started", "attempt.started", "job.started", "storage.incident", "job.callback", "step.completed"], await jobs.World.TypesAsync());
        Assert.Single(jobs.Starts);
    }

    [Theory]
    [InlineData("jobs/*", nameof(StoreOperation.Create))]
    [InlineData("early/*", nameof(StoreOperation.List))]
    [InlineData("*attempts/*", nameof(StoreOperation.Replace))]
    [Trait("Row", "SP26")]
    public async Task The_id_of_a_job_leads_to_its_attempt_though_storage_was_away_when_that_was_to_be_noted(string pattern, string operation)
    {
        var jobs = await JobWorld.OfAsync(JobWorld.Shared);
        AttemptOutcome? outcome;
        using (jobs.World.Faults.Fail(pattern, Enum.Parse<StoreOperation>(operation)))
        {
            outcome = await TryAsync(jobs);
        }

        outcome ??= await jobs.World.NewWorker().DeliverAsync();
        outcome = outcome.Unstored is { } record ? await jobs.Worker.StoreAttempt.RunAsync(new AttemptEnd(record), default) : outcome;
        Assert.True(outcome.Job?.LooksFirst);
        await jobs.Worker.Runs.KeepAsync("acme", World.Tool, JobWorld.RunId, jobs.Message("succeeded"), default);

        var answer = await jobs.CheckAsync();

        Assert.Equal("done", (string?)answer.Outcome?.Output?.Value?["text"]);
        Assert.Equal(World.Key(), await jobs.Worker.Runs.FindAsync("acme", World.Tool, JobWorld.RunId, default));
        Assert.Contains("job.callback", await jobs.World.TypesAsync());
        Assert.Single(jobs.Starts);
    }

    static async Task<AttemptOutcome?> TryAsync(JobWorld jobs)
    {
        try
        {
            return await jobs.Worker.DeliverAsync();
        }
        catch (StorageException)
        {
            return null;
        }
    }

    /// <summary>Another worker claimed the attempt, and died before it could say what came of it.</summary>
    static async Task<JobWorld> DiedAsync(JobWorldKind kind)
    {
        var jobs = await JobWorld.OfAsync(SettingsOf(kind));
        await jobs.World.PutRecordAsync(jobs.World.Running(TimeSpan.FromSeconds(-1)));
        return jobs;
    }

    static Grimoire.Tools.JobSettings SettingsOf(JobWorldKind kind) =>
        kind switch { JobWorldKind.Own => JobWorld.Own, JobWorldKind.Shared => JobWorld.Shared, _ => JobWorld.Polled };
}

/// <summary>How what a job comes to becomes known.</summary>
public enum JobWorldKind
{
    Own,
    Shared,
    Polled,
}
