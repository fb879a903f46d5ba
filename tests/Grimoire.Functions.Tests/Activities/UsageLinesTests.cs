using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>Whatever dies between two writes, usage tells each cost and each cast once, on its day.</summary>
[Trait("Row", "UX06")]
public sealed class UsageLinesTests
{
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_cast_whose_end_is_told_again_after_midnight_has_ended_once_on_the_day_before()
    {
        var world = await World.WithToolAsync();
        var end = World.Travelled(new CastEnd(World.Cast, CastStatus.Completed, 0) { Attempts = new Dictionary<string, int> { ["one"] = 2 } });
        world.Faults.Fail("*journal*", StoreOperation.Append, 1, FaultMoment.Before, () => new ProcessDied());
        await Assert.ThrowsAsync<ProcessDied>(() => world.NewWorker().FinishCast.EndAsync(end, None));
        world.Time.Advance(TimeSpan.FromDays(1));

        await world.NewWorker().FinishCast.EndAsync(end, None);

        Assert.Equal(["usage/acme/2030-01-01.jsonl"], await world.NamesAsync("usage/"));
        Assert.Equal(
            [new UsageRow("test", null, new UsageSum { Completed = 1 }), new UsageRow("test", World.Tool, new UsageSum { Attempts = 2 })],
            (await world.UsageAsync()).OrderBy(row => row.Tool, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cost_that_came_late_is_told_by_whoever_comes_after_one_who_died_and_on_the_day_on_which_it_came()
    {
        var world = await World.WithToolAsync();
        var givenUp = world.Running(TimeSpan.Zero) with { Status = AttemptStatus.Failed, EndedAt = world.Time.GetUtcNow(), CostUsd = 0.1m, Owner = null, LeaseUntil = null };
        await world.NewWorker().Ledger.SettleAsync(givenUp, None);
        world.Time.Advance(TimeSpan.FromDays(1));
        world.Faults.Fail("usage/*", StoreOperation.Append, 1, FaultMoment.Before, () => new ProcessDied());
        await Assert.ThrowsAsync<ProcessDied>(() => world.NewWorker().Ledger.AmendAsync(givenUp with { CostUsd = 0.25m }, None));
        world.Time.Advance(TimeSpan.FromDays(1));

        await world.NewWorker().Ledger.AmendAsync(givenUp with { CostUsd = 0.25m }, None);
        await world.NewWorker().Ledger.AmendAsync(givenUp with { CostUsd = 0.4m }, None);

        Assert.Equal(["usage/acme/2030-01-01.jsonl", "usage/acme/2030-01-02.jsonl"], await world.NamesAsync("usage/"));
        Assert.Equal([0.1m, 0.15m], (await world.UsageAsync()).Select(row => row.Sum.CostUsd));
        Assert.Equal((await world.RecordAsync())!.CostUsd, await world.UsedAsync());
    }

    [Fact]
    public async Task A_cost_that_storage_took_only_after_its_attempt_was_given_up_counts()
    {
        var world = await World.WithToolAsync();
        var ended = world.Running(TimeSpan.Zero) with { Status = AttemptStatus.Succeeded, EndedAt = world.Time.GetUtcNow(), CostUsd = 0.25m, Owner = null, LeaseUntil = null };
        await world.PutRecordAsync(ended with { Status = AttemptStatus.Lost, CostUsd = 0 });

        await world.NewWorker().StoreAttempt.RunAsync(World.Travelled(new AttemptEnd(ended)), None);

        var record = await world.RecordAsync();
        Assert.Equal((AttemptStatus.Lost, true, 0.25m, 0.25m), (record!.Status, record.IsLate, record.CostUsd, await world.UsedAsync()));
    }

    [Fact]
    public async Task Of_a_cast_that_is_ended_from_outside_each_attempt_counts_whether_that_was_told_or_not()
    {
        var world = await World.WithToolAsync();
        world.Faults.Fail("usage/*", StoreOperation.Append, 1, FaultMoment.Before, () => new ProcessDied());
        await Assert.ThrowsAsync<ProcessDied>(() => world.NewWorker().DeliverAsync());
        Assert.Equal(0, await world.UsedAsync());
        var reason = new Failure { Code = "cast.terminated", Message = "Somebody has terminated it.", Phase = Phase.Execute };

        for (var i = 0; i < 2; i++)
        {
            await world.NewWorker().Closer.CloseAsync(Instances.Client().Object, World.Cast, reason, None);
        }

        Assert.Equal(
            [new UsageRow("test", null, new UsageSum { Failed = 1 }), new UsageRow("test", World.Tool, new UsageSum { Attempts = 1, CostUsd = 0.25m })],
            (await world.UsageAsync()).OrderBy(row => row.Tool, StringComparer.Ordinal));
    }
}
