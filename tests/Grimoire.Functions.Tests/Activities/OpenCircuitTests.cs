using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>A tool has failed so often that it is left alone: what becomes of attempts that would call it.</summary>
[Trait("Row", "KZ16")]
public sealed class OpenCircuitTests
{
    static readonly TimeSpan Open = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_attempt_waits_until_the_tool_may_be_called_and_is_then_made_once()
    {
        var (world, worker) = await BrokenAsync(WhenOpen.Wait);

        var held = await worker.DeliverAsync(World.Order(attempt: 3));
        world.Time.Advance(TimeSpan.FromSeconds(10));
        var still = await worker.DeliverAsync(Again(3));
        world.Time.Advance(Open);
        Heal(world);
        var done = await worker.DeliverAsync(Again(3));

        Assert.Equal((world.Manifest.CreatedAt + Open, null, null), (held.OpenUntil, held.Failure, held.Output));
        Assert.Equal(held.OpenUntil, still.OpenUntil);
        Assert.NotNull(done.Output);
        Assert.Equal((AttemptStatus.Succeeded, false), ((await world.RecordAsync(World.Key(3)))!.Status, (await world.RecordAsync(World.Key(3)))!.IsHeld));
        Assert.Equal(1, world.Paid.CallsFor(World.Key(3).IdempotencyKey));
        Assert.Equal(1, (await world.TypesAsync()).Count(type => type == CastEvents.AttemptHeld));
    }

    [Fact]
    public async Task While_it_waits_asking_again_costs_no_storage_operation()
    {
        var (world, worker) = await BrokenAsync(WhenOpen.Wait);
        await worker.DeliverAsync(World.Order(attempt: 3));
        world.Faults.ClearCalls();

        await worker.DeliverAsync(Again(3));

        Assert.Equal(0, world.Faults.Count());
    }

    [Fact]
    public async Task Another_worker_begins_what_was_held_and_does_not_take_it_for_lost()
    {
        var (world, worker) = await BrokenAsync(WhenOpen.Wait);
        await worker.DeliverAsync(World.Order(attempt: 3));
        Heal(world);

        // To it, the tool is well.
        var done = await world.NewWorker().DeliverAsync(Again(3));

        Assert.NotNull(done.Output);
        Assert.DoesNotContain(CastEvents.AttemptLost, await world.TypesAsync());
    }

    [Fact]
    public async Task One_attempt_sees_whether_the_tool_is_well_and_the_others_wait_for_what_it_finds()
    {
        var (world, worker) = await BrokenAsync(WhenOpen.Wait);
        await worker.DeliverAsync(World.Order(attempt: 3));
        await worker.DeliverAsync(World.Order(attempt: 4));
        world.Time.Advance(Open + TimeSpan.FromSeconds(1));
        var answer = new TaskCompletionSource<ToolResult>();
        world.Paid.Answer = (_, _) => answer.Task;

        var trial = worker.DeliverAsync(Again(3));
        await World.UntilAsync(() => Task.FromResult(world.Paid.CallsFor(World.Key(3).IdempotencyKey) == 1));
        var other = await worker.DeliverAsync(Again(4));
        answer.SetResult(ToolResult.Of("well"));
        await trial;
        var after = await worker.DeliverAsync(Again(4));

        Assert.InRange(other.OpenUntil!.Value - world.Time.GetUtcNow(), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5));
        Assert.NotNull(after.Output);
    }

    [Fact]
    public async Task It_waits_no_longer_than_the_step_may_take()
    {
        var (world, worker) = await BrokenAsync(WhenOpen.Wait);
        var deadline = world.Time.GetUtcNow() + TimeSpan.FromSeconds(5);

        var held = await worker.DeliverAsync(World.Order(attempt: 3) with { Deadline = deadline });
        world.Time.Advance(TimeSpan.FromSeconds(5));
        var over = await worker.DeliverAsync(Again(3) with { Deadline = deadline });

        Assert.Equal(deadline, held.OpenUntil);
        Assert.Equal("step.timeout", over.Failure?.Code);
        Assert.Equal(AttemptStatus.Failed, (await world.RecordAsync(World.Key(3)))!.Status);
    }

    [Fact]
    public async Task What_is_stopped_while_it_waits_is_cancelled()
    {
        var (world, worker) = await BrokenAsync(WhenOpen.Wait);
        await worker.DeliverAsync(World.Order(attempt: 3));

        var ended = await worker.EndWait.EndAsync(new WaitEnd(World.Key(3), Cancelled: true), default);

        Assert.Equal("cancelled", ended.Failure?.Code);
        Assert.Equal(AttemptStatus.Cancelled, (await world.RecordAsync(World.Key(3)))!.Status);
    }

    [Fact]
    public async Task A_tool_may_say_that_steps_fail_at_once_and_are_not_tried_again()
    {
        var (world, worker) = await BrokenAsync(WhenOpen.Fail);

        var failed = await worker.DeliverAsync(World.Order(attempt: 3));

        Assert.Equal(("tool.breakerOpen", false), (failed.Failure?.Code, failed.Failure?.Transient));
        Assert.Equal(0, world.Paid.CallsFor(World.Key(3).IdempotencyKey));
        Assert.Equal(AttemptStatus.Failed, (await world.RecordAsync(World.Key(3)))!.Status);
    }

    [Fact]
    public async Task When_storage_does_not_take_that_it_is_held_the_same_worker_begins_it_nevertheless()
    {
        var (world, worker) = await BrokenAsync(WhenOpen.Wait);
        AttemptOutcome held;
        using (world.Faults.Fail("*attempts*", StoreOperation.Replace))
        {
            held = await worker.DeliverAsync(World.Order(attempt: 3));
        }

        world.Time.Advance(Open);
        Heal(world);
        var done = await worker.DeliverAsync(Again(3));

        Assert.NotNull(held.OpenUntil);
        Assert.NotNull(done.Output);
    }

    static StepRequest Again(int attempt) => World.Order(attempt) with { IsHeld = true };

    static void Heal(World world) => world.Paid.Answer = (_, _) => Task.FromResult(ToolResult.Of("well"));

    /// <summary>The tool has failed twice, which is enough.</summary>
    static async Task<(World World, Worker Worker)> BrokenAsync(WhenOpen whenOpen)
    {
        var world = await World.WithDefinitionAsync(World.Definition(World.Tool) with { Limits = new ToolLimits(BreakerFailures: 2, BreakerOpen: Open, WhenOpen: whenOpen) });
        var worker = world.NewWorker();
        world.Paid.Answer = (_, _) => Task.FromResult(ToolResult.Failed("http.status", "503", transient: true));
        await worker.DeliverAsync(World.Order(attempt: 1));
        await worker.DeliverAsync(World.Order(attempt: 2));
        return (world, worker);
    }
}
