using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>A tool that runs for long keeps its attempt by saying that it lives.</summary>
public sealed class AttemptLeaseTests
{
    readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<ToolResult> _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    [Trait("Row", "KZ04")]
    public async Task A_long_tool_keeps_its_lease()
    {
        var (world, running) = await StartAsync();
        for (var i = 0; i < 12; i++)
        {
            await world.RenewedAsync();
            Assert.NotNull((await world.NewWorker().DeliverAsync()).BusyUntil);
        }

        _finish.SetResult(ToolResult.Of("at last"));

        Assert.Equal("at last", (string?)(await running).Output?.Value);
        var record = await world.RecordAsync();
        Assert.Equal((AttemptStatus.Succeeded, null), (record?.Status, record?.LeaseUntil));
        Assert.Single(world.Paid.Calls);
    }

    [Fact]
    [Trait("Row", "KZ04")]
    public async Task A_renewal_that_fails_is_tried_again_in_time()
    {
        var (world, running) = await StartAsync();
        using (var away = world.Faults.Fail("*attempts/*", StoreOperation.Replace))
        {
            await RenewalComesAsync(world);
            await away.Reached;
        }

        await world.RenewedAsync();
        _finish.SetResult(ToolResult.Of("at last"));

        Assert.NotNull((await running).Output);
        Assert.Equal(AttemptStatus.Succeeded, (await world.RecordAsync())?.Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "KZ04")]
    [Trait("Row", "DW06")]
    public async Task A_renewal_whose_answer_is_lost_does_not_lose_the_attempt(bool renewsAgain)
    {
        var (world, running) = await StartAsync();
        using (var away = world.Faults.Fail("*attempts/*", StoreOperation.Replace, moment: FaultMoment.After))
        {
            await RenewalComesAsync(world);
            await away.Reached;
        }

        if (renewsAgain)
        {
            await world.RenewedAsync();
        }

        _finish.SetResult(ToolResult.Of("at last"));

        Assert.NotNull((await running).Output);
        Assert.Equal(AttemptStatus.Succeeded, (await world.RecordAsync())?.Status);
        Assert.Equal(["step.started", "attempt.started", "step.completed"], await world.TypesAsync());
        Assert.DoesNotContain("taken for", world.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "KZ04")]
    public async Task A_result_that_comes_after_the_attempt_was_given_up_is_logged_and_not_used()
    {
        var (world, running) = await StartAsync();
        using (var away = world.Faults.Fail("*attempts/*", StoreOperation.Replace))
        {
            await RenewalComesAsync(world);
            await away.Reached;
            world.Time.Advance(world.Options.Lease);
        }

        // Another process comes to the storage first.
        var other = world.NewWorker(world.Disk);
        Assert.Equal("attempt.lost", (await other.ToEndAsync(World.Order())).Failure?.Code);
        _finish.SetResult(new ToolResult { Output = "too late", CostUsd = 1 });

        var outcome = await running;
        Assert.Equal("attempt.lost", outcome.Failure?.Code);
        Assert.Null(outcome.Output);
        var record = await world.RecordAsync();
        Assert.Equal((AttemptStatus.Lost, true, 1m, 1m), (record!.Status, record.IsLate, record.CostUsd, (await world.ViewAsync()).CostUsd));
        Assert.Equal(1m, await world.UsedAsync());
        Assert.Contains("has ended when it was taken for Lost already", world.Logs.All, StringComparison.Ordinal);
        Assert.Equal(["step.started", "attempt.started", "attempt.lost", "attempt.late"], await world.TypesAsync());

        // Whoever asks again hears the same, and nothing is told or counted twice.
        Assert.Equal(("attempt.lost", 1m), ((await other.ToEndAsync(World.Order())).Failure?.Code, (await world.ViewAsync()).CostUsd));
        Assert.Equal([1m, 0m], await other.CountCosts.RunAsync(new CostQuestion([World.Order().Key, World.Order(attempt: 2).Key]), default));
    }

    /// <summary>Two run the same pure attempt, one of which is taken for dead: its end is not the attempt's.</summary>
    [Fact]
    public async Task Whoever_is_late_waits_for_the_one_who_has_taken_the_attempt_over()
    {
        var (world, running) = await StartAsync();
        var record = await world.RecordAsync();
        await world.PutRecordAsync(record! with { Owner = "another.7", LeaseUntil = world.Time.GetUtcNow() + TimeSpan.FromSeconds(25) });

        _finish.SetResult(ToolResult.Failed("tool.crashed", "It stopped.", transient: false));

        var outcome = await running;
        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromSeconds(25), outcome.BusyUntil);
        Assert.Null(outcome.Failure);
        Assert.Equal(["step.started", "attempt.started"], await world.TypesAsync());
    }

    [Fact]
    public async Task A_claim_that_took_long_renews_its_lease_at_once()
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = AnswerAsync;
        Task<AttemptOutcome> running;
        using (var held = world.Faults.Hold("*attempts/*", StoreOperation.Create))
        {
            running = world.NewWorker().DeliverAsync();
            await held.Reached;
            world.Time.Advance(TimeSpan.FromSeconds(29));
        }

        await _called.Task;
        await World.UntilAsync(async () => (await world.RecordAsync())?.LeaseUntil == world.Time.GetUtcNow() + world.Options.Lease);
        _finish.SetResult(ToolResult.Of("done"));

        Assert.NotNull((await running).Output);
    }

    [Fact]
    public async Task An_attempt_that_is_over_is_not_renewed_any_more()
    {
        var (world, running) = await StartAsync();
        _finish.SetResult(ToolResult.Of("done"));
        await running;
        world.Faults.ClearCalls();

        world.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, world.Faults.Count(StoreOperation.Writes));
    }

    async Task<(World World, Task<AttemptOutcome> Running)> StartAsync()
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = AnswerAsync;
        var running = world.NewWorker().DeliverAsync();
        await _called.Task;
        return (world, running);
    }

    Task<ToolResult> AnswerAsync(ToolCall call, CancellationToken cancellation)
    {
        _called.SetResult();
        return _finish.Task;
    }

    static async Task RenewalComesAsync(World world)
    {
        await World.UntilAsync(() => Task.FromResult(world.Time.HasAlarmWithin(world.Options.Lease / 3)));
        world.Time.Advance(world.Options.Lease / 3);
    }
}
