using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Orchestrations.Support;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests;

/// <summary>
/// The ten ways in which engines of this sort have broken, one after the other, on one cast each: a map for whoever changes how casts run. What is
/// particular to each is tested where it belongs.
/// </summary>
[Trait("Row", "SP32")]
public sealed class CastRegressionTests
{
    const string Storage = "Grimoire.Functions.Storage.StorageException";

    /// <summary>What goes wrong at step "b" of "a b c", the attempts that there are then, and the failure that the cast ends with.</summary>
    static Dictionary<string, Mishap> Mishaps => new()
    {
        ["1 the tool fails"] = new(new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b"), Planned.Step("c")))
        {
            Tool = order => order.Step == "b" ? Script.Failed() : Script.Done(order),
        }, "a b", "http.status"),
        ["2 the tool fails and leaves an output"] = new(new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b"), Planned.Step("c")))
        {
            Tool = order => order.Step == "b" ? Script.Failed() with { Output = new Payload { Value = new JsonObject { ["error"] = "garbage" } } } : Script.Done(order),
        }, "a b", "http.status"),
        ["3 the step cannot be started"] = new(new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b") with { IsConditional = true }, Planned.Step("c")))
        {
            Before = (activity, _) => ThrowIf(activity == nameof(DecideStep), "System.NullReferenceException"),
        }, "a", "step.crashed"),
        ["4 what follows the tool throws"] = new(new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b"), Planned.Step("c")))
        {
            Tool = order => order.Step == "b" ? Script.Failed(transient: true) : Script.Done(order),
            Before = (activity, input) => ThrowIf(activity == nameof(RecordEvents) && ((EventBatch)input).Events[0].Type == CastEvents.AttemptRetrying, Storage),
        }, "a b", "storage.unavailable"),
        ["5 the result is never stored"] = new(new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b"), Planned.Step("c")))
        {
            Tool = order => order.Step == "b" ? new AttemptOutcome { Unstored = Unstored(order) } : Script.Done(order),
            Before = (activity, _) => ThrowIf(activity == nameof(StoreAttempt), Storage),
        }, "a b", "storage.unavailable"),
    };

    public static TheoryData<string> Names => [.. Mishaps.Keys];

    /// <summary>1 to 5: the cast has failed, everybody sees so, the failure names its step, and nothing ran after it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_goes_wrong_at_a_step_ends_the_cast_there(string name)
    {
        var (script, attempts, code) = Mishaps[name];
        var cast = new SimulatedCast(script);

        var (_, thrown) = await cast.RunAsync();

        Assert.Equal(attempts, string.Join(' ', script.Attempts));
        Assert.DoesNotContain(script.Journal, e => e.Step == "c");
        var end = script.Inputs<CastEnd>().Single();
        Assert.Equal((CastStatus.Failed, code, "b"), (end.Status, end.Failure?.Code, end.Failure?.Step));
        Assert.Equal(CastStatus.Failed, cast.Reports[^1].State);
        Assert.Equal(code == "storage.unavailable", cast.Reports[^1].NeedsReconciliation ?? false);
        Assert.IsType<CastFailedException>(thrown);
        Assert.Single(script.Journal, e => e.Type == CastEvents.CastFailed);
    }

    [Fact]
    public async Task Six_a_tool_that_there_is_not_is_named_before_anything_runs()
    {
        var world = await World.WithStepAsync(World.Step("gone"));

        var start = await world.NewWorker().StartCast.BeginAsync(new CastOrder(World.Cast), default);

        Assert.Equal((null, "cast.invalid"), (start.Plan, start.Failure?.Code));
        Assert.Contains("'gone'", start.Failure?.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("step.started", await world.TypesAsync());
    }

    [Fact]
    public async Task Seven_a_step_that_there_is_not_is_named_with_its_cast_and_calls_nothing()
    {
        var world = await World.WithToolAsync();

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => world.NewWorker().DeliverAsync(World.Order() with { Step = "two" }));

        Assert.Contains("'two'", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(World.Cast, thrown.Message, StringComparison.Ordinal);
        Assert.Empty(world.Paid.Calls);
    }

    [Fact]
    public async Task Eight_the_same_attempt_delivered_again_and_again_is_made_and_paid_for_once()
    {
        var world = await World.WithToolAsync();

        for (var delivery = 0; delivery < 3; delivery++)
        {
            Assert.Equal("done", (string?)(await world.NewWorker().DeliverAsync()).Output?.Value?["text"]);
        }

        Assert.Single(world.Paid.Calls);
        Assert.Equal(0.25m, (await world.ViewAsync()).CostUsd);
    }

    [Fact]
    public async Task Nine_the_same_attempt_twice_at_once_is_made_once()
    {
        var world = await World.WithToolAsync();
        var (called, finish) = (new TaskCompletionSource(), new TaskCompletionSource<ToolResult>());
        world.Paid.Answer = (_, _) =>
        {
            called.SetResult();
            return finish.Task;
        };
        var first = world.NewWorker().DeliverAsync();
        await called.Task;

        var second = await world.NewWorker().DeliverAsync();
        finish.SetResult(ToolResult.Of("once"));

        Assert.NotNull(second.BusyUntil);
        Assert.Equal("once", (string?)(await first).Output?.Value);
        Assert.Single(world.Paid.Calls);
    }

    [Fact]
    public async Task Ten_a_record_that_storage_refuses_for_a_while_is_stored_in_the_end_and_no_cost_is_lost_or_doubled()
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = (call, _) => Task.FromResult(
            call.Attempt.Number == 1 ? ToolResult.Failed("http.status", "It answered 503.", transient: true) with { CostUsd = 0.10m } : ToolResult.Of("done") with { CostUsd = 0.25m });
        using var away = world.Faults.Fail("*attempts/*", StoreOperation.Replace, times: 2);

        await world.NewWorker().ToEndAsync(World.Order(attempt: 1));
        var outcome = await world.NewWorker().ToEndAsync(World.Order(attempt: 2));

        Assert.NotEqual(0, away.Hits);
        Assert.Equal("done", (string?)outcome.Output?.Value);
        var view = await world.ViewAsync();
        Assert.Equal((0.35m, 2, StepStatus.Completed, true), (view.CostUsd, view.Steps[0].Attempts, view.Steps[0].Status, view.NeedsReconciliation));
        Assert.Equal(2, world.Paid.Calls.Count);
    }

    static void ThrowIf(bool condition, string type)
    {
        if (condition)
        {
            throw new SimulatedFailure(type, "It is away.");
        }
    }

    static AttemptRecord Unstored(StepRequest order) => new()
    {
        CastId = order.CastId,
        Step = order.Step,
        Attempt = order.Attempt,
        Tool = "noop",
        Status = AttemptStatus.Succeeded,
        IdempotencyKey = order.Key.IdempotencyKey,
        StartedAt = Script.Now,
        Output = "paid",
    };

    sealed record Mishap(Script Script, string Attempts, string Code);
}
