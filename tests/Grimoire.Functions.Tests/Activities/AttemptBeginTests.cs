using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>An attempt begins once: whoever comes again finds it.</summary>
public sealed class AttemptBeginTests
{
    [Fact]
    [Trait("Row", "SP13")]
    [Trait("Row", "SP21")]
    public async Task The_record_is_there_before_the_tool_is_called()
    {
        var world = await World.WithToolAsync();
        AttemptRecord? seen = null;
        world.Paid.Answer = async (call, _) =>
        {
            seen = await world.RecordAsync();
            return ToolResult.Of(new JsonObject { ["key"] = call.Attempt.IdempotencyKey });
        };

        var outcome = await world.NewWorker().DeliverAsync();

        Assert.Equal(AttemptStatus.Running, seen?.Status);
        Assert.Equal("a cat", (string?)seen?.Input?["prompt"]);
        Assert.Equal(world.Time.GetUtcNow() + world.Options.Lease, seen?.LeaseUntil);
        Assert.Equal($"{World.Cast}.one.1", seen?.IdempotencyKey);
        Assert.Equal(seen?.IdempotencyKey, (string?)outcome.Output?.Value?["key"]);
        Assert.Equal(["step.started", "attempt.started", "step.completed"], await world.TypesAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Row", "KZ09")]
    [Trait("Row", "SP20")]
    [Trait("Row", "SP21")]
    public async Task A_finished_attempt_that_is_delivered_again_answers_the_same_and_calls_nothing(bool sameWorker)
    {
        var world = await World.WithToolAsync();
        var worker = world.NewWorker();
        var first = await worker.DeliverAsync();

        for (var i = 0; i < 3; i++)
        {
            var again = await (sameWorker ? worker : world.NewWorker()).DeliverAsync();
            Assert.Equal(first.Output!.Value!.ToJsonString(), again.Output!.Value!.ToJsonString());
            Assert.Equal(first.CostUsd, again.CostUsd);
        }

        Assert.Single(world.Paid.Calls);
        var view = await world.ViewAsync();
        Assert.Equal(0.25m, view.CostUsd);
        Assert.Equal(StepStatus.Completed, view.Steps[0].Status);
    }

    [Fact]
    [Trait("Row", "KZ09")]
    public async Task A_failure_that_is_delivered_again_is_the_same_failure()
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = (_, _) => Task.FromResult(ToolResult.Failed("http.status", "It answered 503.", transient: true) with { CostUsd = 0.1m });
        var first = await world.NewWorker().DeliverAsync();

        var again = await world.NewWorker().DeliverAsync();

        Assert.Equal(first.Failure!.ToString(), again.Failure!.ToString());
        Assert.Equal((0.1m, "http.status", "one", 1, true), (again.CostUsd, again.Failure.Code, again.Failure.Step, again.Failure.Attempt, again.Failure.Transient));
        Assert.Single(world.Paid.Calls);
        Assert.Equal(0.1m, (await world.ViewAsync()).CostUsd);
    }

    [Fact]
    [Trait("Row", "KZ03")]
    [Trait("Row", "KZ04")]
    public async Task An_attempt_of_a_living_worker_is_waited_for_and_one_of_a_dead_worker_is_lost()
    {
        var world = await World.WithToolAsync();
        await world.PutRecordAsync(world.Running(TimeSpan.FromSeconds(20)));
        var worker = world.NewWorker();

        var busy = await worker.DeliverAsync();
        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromSeconds(20), busy.BusyUntil);
        Assert.Equal(AttemptStatus.Running, (await world.RecordAsync())?.Status);

        world.Time.Advance(TimeSpan.FromSeconds(20));
        var lost = await worker.DeliverAsync();

        Assert.Equal(("attempt.lost", true, Phase.Execute, "one", 1), (lost.Failure!.Code, lost.Failure.Transient, lost.Failure.Phase, lost.Failure.Step, lost.Failure.Attempt));
        Assert.Equal(AttemptStatus.Lost, (await world.RecordAsync())?.Status);
        Assert.Empty(world.Paid.Calls);
        Assert.Equal(["step.started", "attempt.started", "attempt.lost"], await world.TypesAsync());
        Assert.Equal("attempt.lost", (await world.NewWorker().DeliverAsync()).Failure?.Code);
    }

    [Fact]
    [Trait("Row", "KZ03")]
    public async Task A_pure_tool_of_a_dead_worker_is_simply_run_again()
    {
        var world = await World.WithToolAsync(World.Pure);
        await world.PutRecordAsync(world.Running(TimeSpan.FromSeconds(20), World.Pure));
        var worker = world.NewWorker();
        Assert.NotNull((await worker.DeliverAsync()).BusyUntil);

        world.Time.Advance(TimeSpan.FromSeconds(20));
        var outcome = await worker.DeliverAsync();

        Assert.Null(outcome.Failure);
        Assert.Single(world.Free.Calls);
        Assert.Equal(AttemptStatus.Succeeded, (await world.RecordAsync())?.Status);
        Assert.Equal(["step.started", "attempt.started", "step.completed"], await world.TypesAsync());
    }

    [Fact]
    [Trait("Row", "KZ10")]
    public async Task An_attempt_that_this_worker_runs_is_not_lost_however_late_its_lease_is()
    {
        var world = await World.WithToolAsync();
        var worker = world.NewWorker();
        var (called, finish) = (new TaskCompletionSource(), new TaskCompletionSource<ToolResult>());
        world.Paid.Answer = (_, _) =>
        {
            called.SetResult();
            return finish.Task;
        };
        var running = worker.DeliverAsync();
        await called.Task;
        using (world.Faults.Fail("*attempts/*", StoreOperation.Replace))
        {
            world.Time.Advance(TimeSpan.FromMinutes(5));
            await worker.DeliverAsync();
        }

        var again = await worker.DeliverAsync();
        Assert.True(again.BusyUntil > world.Time.GetUtcNow(), "The orchestration would ask without a pause.");
        finish.SetResult(ToolResult.Of("late"));

        Assert.Equal("late", (string?)(await running).Output?.Value);
        Assert.Single(world.Paid.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Row", "KZ10")]
    [Trait("Row", "SP22")]
    public async Task Two_begins_at_once_make_one_call_and_nothing_is_lost(bool sameWorker)
    {
        for (var round = 0; round < 150; round++)
        {
            var world = await World.WithToolAsync();
            var (a, b) = (world.NewWorker(), world.NewWorker());
            var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            async Task<AttemptOutcome> DeliverAsync(Worker worker)
            {
                await go.Task;
                return await worker.DeliverAsync();
            }

            var both = new[] { a, sameWorker ? a : b, a, sameWorker ? a : b }.Select(worker => Task.Run(() => DeliverAsync(worker))).ToArray();
            go.SetResult();
            var outcomes = await Task.WhenAll(both);

            Assert.Single(world.Paid.Calls);
            Assert.All(outcomes, outcome => Assert.True(outcome.BusyUntil is not null || outcome.Output is not null, outcome.ToString()));
            Assert.Equal(AttemptStatus.Succeeded, (await world.RecordAsync())?.Status);
            Assert.Equal(0.25m, (await world.ViewAsync()).CostUsd);
        }
    }

    /// <summary>The claim is stored, its answer has not come, and the same attempt is begun again: by this process it is held already.</summary>
    [Fact]
    [Trait("Row", "SP22")]
    public async Task A_claim_whose_answer_is_on_its_way_is_not_taken_for_dead()
    {
        var world = await World.WithToolAsync();
        var worker = world.NewWorker();
        using var held = world.Faults.Hold("*attempts/*", StoreOperation.Create, FaultMoment.After);
        var first = worker.DeliverAsync();
        await held.Reached;
        held.Fault!.Lift();

        var second = await worker.DeliverAsync();
        Assert.NotNull(second.BusyUntil);
        held.Release();

        Assert.NotNull((await first).Output);
        Assert.Single(world.Paid.Calls);
        Assert.Equal(AttemptStatus.Succeeded, (await world.RecordAsync())?.Status);
    }

    [Theory]
    [InlineData("*journal*", nameof(StoreOperation.Append))]
    [InlineData("*attempts/*", nameof(StoreOperation.Create))]
    public async Task A_begin_that_is_cancelled_leaves_the_attempt_free(string name, string operation)
    {
        var world = await World.WithToolAsync();
        var worker = world.NewWorker();
        using var stop = new CancellationTokenSource();
        using (var held = world.Faults.Hold(name, Enum.Parse<StoreOperation>(operation), FaultMoment.After))
        {
            var begun = worker.RunTool.AttemptAsync(World.Order(), stop.Token);
            await held.Reached;
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => begun);
        }

        var outcome = await worker.DeliverAsync();

        Assert.NotNull(outcome.Output);
        Assert.Single(world.Paid.Calls);
    }

    [Fact]
    public async Task Attempts_and_elements_are_records_of_their_own()
    {
        var world = await World.WithStepAsync(World.Step(with: """{ "on": "${item}" }""") with { ForEach = new JsonArray("mug", "shirt") });
        var worker = world.NewWorker();

        await worker.DeliverAsync(World.Order(attempt: 1, item: 0));
        await worker.DeliverAsync(World.Order(attempt: 1, item: 1));
        await worker.DeliverAsync(World.Order(attempt: 2, item: 1));

        Assert.Equal(["one[0].1", "one[1].1", "one[1].2"], world.Paid.Calls.Select(key => key[(World.Cast.Length + 1)..]));
        Assert.Equal("shirt", (string?)(await world.RecordAsync(World.Key(2, 1)))?.Input?["on"]);
        Assert.Equal(3, (await new AttemptStore(world.Disk).ListAsync(World.Cast, "one", default)).Count);
        Assert.Equal(0.75m, (await world.ViewAsync()).CostUsd);
    }
}
