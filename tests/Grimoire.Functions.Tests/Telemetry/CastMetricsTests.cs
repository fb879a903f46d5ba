using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Telemetry.Support;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests.Telemetry;

/// <summary>What casts do is counted where it is stored, once, however often it is delivered.</summary>
[Trait("Row", "KZ22")]
public sealed class CastMetricsTests
{
    [Fact]
    public async Task An_attempt_is_counted_once_with_its_cost_however_often_it_is_delivered()
    {
        using var counted = new Counted();
        var world = await World.WithToolAsync();
        var order = World.Order() with { ReadyAt = world.Time.GetUtcNow() - TimeSpan.FromSeconds(3) };

        for (var delivery = 0; delivery < 3; delivery++)
        {
            await world.NewWorker().DeliverAsync(order);
        }

        Assert.Equal(1, counted.Of("grimoire.attempts.started", ("tool", World.Tool)));
        Assert.Equal(1, counted.Of("grimoire.attempts.ended", ("tool", World.Tool), ("outcome", "succeeded")));
        Assert.Equal(1, counted.Of("grimoire.steps.ended", ("tool", World.Tool), ("status", "completed")));
        Assert.Equal(0.25, counted.Of("grimoire.cost.usd", ("tool", World.Tool)));
        Assert.Equal(3, counted.Of("grimoire.attempt.queue.duration"), precision: 3);
        Assert.Equal(0, counted.Of("grimoire.attempts.retries"));
    }

    [Fact]
    public async Task A_failed_attempt_is_counted_by_the_code_of_its_failure_and_the_next_one_as_a_retry()
    {
        using var counted = new Counted();
        var world = await World.WithToolAsync();
        world.Paid.Answer = (_, _) => Task.FromResult(ToolResult.Failed("http.status", "500", transient: true));

        await world.NewWorker().DeliverAsync(World.Order());
        await world.NewWorker().DeliverAsync(World.Order() with { Attempt = 2 });

        Assert.Equal(2, counted.Of("grimoire.attempts.ended", ("outcome", "http.status")));
        Assert.Equal(2, counted.Of("grimoire.attempts.started"));
        Assert.Equal(1, counted.Of("grimoire.attempts.retries"));
        Assert.Equal(0, counted.Of("grimoire.steps.ended"));
    }

    [Fact]
    public async Task An_attempt_whose_worker_has_died_is_counted_as_lost()
    {
        using var counted = new Counted();
        var world = await World.WithToolAsync();
        await world.PutRecordAsync(world.Running(TimeSpan.FromSeconds(-1)));

        await world.NewWorker().DeliverAsync();
        await world.NewWorker().DeliverAsync();

        Assert.Equal(1, counted.Of("grimoire.attempts.ended", ("outcome", "attempt.lost")));
        Assert.Equal(0, counted.Of("grimoire.attempts.started"));
    }

    [Fact]
    public async Task An_attempt_that_storage_would_not_take_is_counted_when_it_does()
    {
        using var counted = new Counted();
        var world = await World.WithToolAsync();
        var worker = world.NewWorker();
        var record = world.Running(TimeSpan.FromSeconds(30)) with { Status = AttemptStatus.Succeeded, EndedAt = world.Time.GetUtcNow(), CostUsd = 0.5m };

        await worker.StoreAttempt.RunAsync(new AttemptEnd(record), default);
        await worker.StoreAttempt.RunAsync(new AttemptEnd(record), default);

        Assert.Equal(1, counted.Of("grimoire.attempts.ended"));
        Assert.Equal(0.5, counted.Of("grimoire.cost.usd"));
    }

    [Fact]
    public async Task A_cast_is_counted_once_when_it_ends_however_often_that_is_delivered()
    {
        using var counted = new Counted();
        var world = await World.WithToolAsync();
        world.Time.Advance(TimeSpan.FromSeconds(90));

        for (var delivery = 0; delivery < 3; delivery++)
        {
            await world.NewWorker().FinishCast.EndAsync(new CastEnd(World.Cast, CastStatus.Cancelled, 0), default);
        }

        Assert.Equal(1, counted.Of("grimoire.casts.ended", ("status", "cancelled"), ("kind", "cast")));
        Assert.Equal(90, counted.Of("grimoire.cast.duration", ("status", "cancelled")));
    }

    [Fact]
    public async Task No_tag_tells_of_a_cast_or_an_account()
    {
        using var counted = new Counted();
        var world = await World.WithToolAsync();
        var worker = world.NewWorker();

        await worker.DeliverAsync();
        await worker.FinishCast.EndAsync(new CastEnd(World.Cast, CastStatus.Cancelled, 0), default);

        Assert.NotEmpty(counted.TagValues);
        Assert.DoesNotContain(counted.TagValues, value => value.Contains("acme", StringComparison.Ordinal) || value.Contains("cat", StringComparison.Ordinal));
    }
}
