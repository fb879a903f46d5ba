using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Webhooks;

namespace Grimoire.Functions.Tests.Webhooks;

/// <summary>A callback is stored, told, and wakes the cast, in that order; and none of that twice.</summary>
public sealed class CallbackIntakeTests
{
    const string Event = $"{World.Cast} job.one.1 m1";

    [Fact]
    [Trait("Row", "UX07")]
    [Trait("Row", "AZ03")]
    public async Task It_is_stored_and_the_cast_is_woken_with_its_id()
    {
        var jobs = await JobWorld.StartedAsync();

        Assert.Equal(CallbackOutcome.Accepted, await jobs.CallBackAsync("succeeded"));

        Assert.Equal([Event], jobs.Raised);
        Assert.Equal("m1", (await jobs.Worker.Inbox.FindEndAsync(World.Key(), default))?.Id);
        Assert.Equal("job.callback", (await jobs.World.TypesAsync())[^1]);
        Assert.Equal(AttemptStatus.Running, (await jobs.World.RecordAsync())?.Status);
    }

    [Fact]
    [Trait("Row", "SP20")]
    [Trait("Row", "SP22")]
    public async Task Sent_again_it_wakes_the_cast_again_and_is_stored_and_told_once()
    {
        var jobs = await JobWorld.StartedAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => jobs.CallBackAsync("succeeded", worker: jobs.World.NewWorker())));

        // Whoever was first may have died before it could wake anybody.
        Assert.Equal(5, jobs.Raised.Count);
        Assert.Single(outcomes, CallbackOutcome.Accepted);
        Assert.Equal(4, outcomes.Count(outcome => outcome == CallbackOutcome.Duplicate));
        Assert.Single(await jobs.World.NamesAsync(CastObjects.Inbox(World.Cast)));
        Assert.Single(await jobs.World.TypesAsync(), type => type == "job.callback");
    }

    [Fact]
    [Trait("Row", "UX07")]
    public async Task Progress_is_told_and_wakes_nobody()
    {
        var jobs = await JobWorld.StartedAsync();

        Assert.Equal(CallbackOutcome.Accepted, await jobs.CallBackAsync("processing", progress: "0.25"));
        Assert.Equal(CallbackOutcome.Duplicate, await jobs.CallBackAsync("processing", progress: "0.25"));

        Assert.Empty(jobs.Raised);
        var told = Assert.Single(await jobs.World.EventsAsync(), e => e.Type == CastEvents.JobProgress);
        Assert.Equal(("processing", 0.25), ((string?)told.Data!["state"], (double?)told.Data["progress"]));
    }

    /// <summary>A provider may tell a great deal: whoever looks how the job is going must not have to read all of it.</summary>
    [Fact]
    public async Task However_often_progress_is_told_a_look_at_the_job_reads_as_little()
    {
        var jobs = await JobWorld.StartedAsync();
        for (var told = 1; told <= 200; told++)
        {
            jobs.World.Time.Advance(TimeSpan.FromSeconds(1));
            await jobs.CallBackAsync("processing", $"m{told}", progress: $"{told / 2.0}%");
        }

        var before = jobs.World.Faults.Count(StoreOperation.Read);
        var answer = await jobs.CheckAsync();

        Assert.Equal((null, jobs.World.Time.GetUtcNow()), (answer.Outcome, answer.HeardAt));
        Assert.InRange(jobs.World.Faults.Count(StoreOperation.Read) - before, 1, 5);
        Assert.Single(await jobs.World.NamesAsync(CastObjects.Inbox(World.Cast)));
        Assert.Equal(200, (await jobs.World.EventsAsync()).Count(e => e.Type == CastEvents.JobProgress));
        Assert.InRange((await jobs.World.Disk.ReadAsync(CastObjects.Heard(World.Key()), default))!.Content.Length, 1, 4096);
    }

    [Fact]
    public async Task Progress_that_is_told_again_is_no_sign_of_life()
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync("processing", "m1");
        await jobs.CallBackAsync("processing", "m2");
        var heard = jobs.World.Time.GetUtcNow();
        jobs.World.Time.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(CallbackOutcome.Duplicate, await jobs.CallBackAsync("processing", "m1"));

        Assert.Equal(heard, (await jobs.CheckAsync()).HeardAt);
    }

    [Fact]
    public async Task Much_progress_at_once_is_told_and_heard()
    {
        var jobs = await JobWorld.StartedAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 40).Select(told => jobs.CallBackAsync("processing", $"m{told}", progress: $"{told}%", worker: jobs.World.NewWorker())));

        Assert.All(outcomes, outcome => Assert.Equal(CallbackOutcome.Accepted, outcome));
        Assert.Equal(40, (await jobs.World.EventsAsync()).Count(e => e.Type == CastEvents.JobProgress));
        Assert.Equal(jobs.World.Time.GetUtcNow(), (await jobs.CheckAsync()).HeardAt);
    }

    /// <summary>The provider was faster than the answer to the start.</summary>
    [Fact]
    [Trait("Row", "SP26")]
    public async Task One_that_comes_before_the_start_is_answered_waits_for_whoever_comes_to_wait()
    {
        var jobs = await JobWorld.OfAsync();
        var start = jobs.Start;
        jobs.Start = async (call, cancellation) =>
        {
            Assert.Equal(CallbackOutcome.Accepted, await jobs.CallBackAsync("succeeded"));
            return await start(call, cancellation);
        };

        Assert.NotNull((await jobs.Worker.DeliverAsync()).Job);

        Assert.Equal([Event], jobs.Raised);
        Assert.Equal("done", (string?)(await jobs.CheckAsync()).Outcome?.Output?.Value?["text"]);
    }

    [Theory]
    [InlineData(JobEndReason.TimeIsOver, "succeeded", 0.4)]
    [InlineData(JobEndReason.Cancelled, "succeeded", 0.4)]
    [InlineData(JobEndReason.StepIsOver, "failed", 0.4)]
    [Trait("Row", "SP11")]
    [Trait("Row", "UX07")]
    public async Task One_that_comes_too_late_counts_as_cost_once(JobEndReason why, string state, decimal cost)
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.EndAsync(why);

        Assert.Equal(CallbackOutcome.Late, await jobs.CallBackAsync(state, costUsd: cost));
        Assert.Equal(CallbackOutcome.Duplicate, await jobs.CallBackAsync(state, costUsd: cost));
        Assert.Equal(CallbackOutcome.Late, await jobs.CallBackAsync(state, "m2", cost * 2));

        var record = await jobs.World.RecordAsync();
        Assert.Equal((true, cost, cost), (record!.IsLate, record.CostUsd, (await jobs.World.ViewAsync()).CostUsd));
        Assert.Empty(jobs.Raised);
        Assert.Single(await jobs.World.TypesAsync(), type => type == "attempt.late");
        Assert.Equal([cost], await jobs.Worker.CountCosts.RunAsync(new CostQuestion([World.Key()]), default));
    }

    [Fact]
    [Trait("Row", "SP11")]
    public async Task After_the_end_that_was_asked_for_a_callback_costs_nothing_more()
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync("failed", "m1", 0.1m);
        await jobs.CheckAsync();

        Assert.Equal(CallbackOutcome.Late, await jobs.CallBackAsync("succeeded", "m2", 0.9m));

        var record = await jobs.World.RecordAsync();
        Assert.Equal((false, 0.1m, 0.1m), (record!.IsLate, record.CostUsd, (await jobs.World.ViewAsync()).CostUsd));
    }

    [Fact]
    [Trait("Row", "UX07")]
    public async Task Progress_that_comes_after_the_end_changes_nothing()
    {
        var jobs = await JobWorld.StartedAsync();
        await jobs.CallBackAsync("succeeded");
        await jobs.CheckAsync();
        var before = await jobs.World.RecordAsync();

        Assert.Equal(CallbackOutcome.Late, await jobs.CallBackAsync("processing", "m0", progress: "0.5"));

        Assert.Equal(before!.ToString(), (await jobs.World.RecordAsync())!.ToString());
        var view = await jobs.World.ViewAsync();
        Assert.Equal((StepStatus.Completed, 0.25m), (view.Steps[0].Status, view.CostUsd));
        Assert.Equal([Event], jobs.Raised);
    }

    [Fact]
    [Trait("Row", "UX07")]
    public async Task One_for_an_attempt_that_nobody_has_begun_is_unknown_and_leaves_nothing()
    {
        var jobs = await JobWorld.OfAsync();

        Assert.Equal(CallbackOutcome.Unknown, await jobs.CallBackAsync("succeeded"));

        Assert.False(await jobs.Worker.Inbox.AnyAsync(World.Cast, default));
        Assert.Empty(jobs.Raised);
    }

    [Theory]
    [InlineData("*manifest.json", nameof(StoreOperation.Read))]
    [InlineData("*attempts/*", nameof(StoreOperation.Read))]
    [InlineData("*inbox/*", nameof(StoreOperation.Create))]
    [InlineData("*journal*", nameof(StoreOperation.Append))]
    [Trait("Row", "UX07")]
    public async Task What_storage_does_not_take_is_not_acknowledged_and_can_be_sent_again(string pattern, string operation)
    {
        var jobs = await JobWorld.StartedAsync();
        var worker = jobs.World.NewWorker();
        foreach (var moment in new[] { FaultMoment.Before, FaultMoment.After })
        {
            using (jobs.World.Faults.Fail(pattern, Enum.Parse<StoreOperation>(operation), moment: moment))
            {
                await Assert.ThrowsAsync<StorageException>(() => jobs.CallBackAsync("succeeded", worker: worker));
            }

            Assert.Empty(jobs.Raised);
        }

        await jobs.CallBackAsync("succeeded", worker: worker);

        Assert.Equal([Event], jobs.Raised);
        Assert.Equal("done", (string?)(await jobs.CheckAsync()).Outcome?.Output?.Value?["text"]);
        Assert.Single(await jobs.World.TypesAsync(), type => type == "job.callback");
    }

    [Fact]
    public void A_message_is_known_by_the_id_that_it_has_or_else_by_its_content()
    {
        Assert.Equal("m1", CallbackIntake.IdOf("m1", "{}"u8));
        Assert.Equal(CallbackIntake.IdOf(null, "{}"u8), CallbackIntake.IdOf("", "{}"u8));
        Assert.NotEqual(CallbackIntake.IdOf("", "{}"u8), CallbackIntake.IdOf("", "[]"u8));
    }

    [Fact]
    public void An_id_that_goes_on_and_on_is_known_all_the_same()
    {
        var id = CallbackIntake.IdOf(new string('x', 5000), "{}"u8);

        Assert.InRange(id.Length, 1, 64);
        Assert.Equal(id, CallbackIntake.IdOf(new string('x', 5000), "[]"u8));
        Assert.NotEqual(id, CallbackIntake.IdOf(new string('x', 5001), "{}"u8));
    }
}
