using System.Diagnostics.Metrics;
using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Orchestrations.Support;
using Grimoire.Spells;
using Microsoft.DurableTask;
using Moq;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>What becomes of a cast when what it has to write cannot be written, or when it cannot begin.</summary>
public sealed class BookkeepingTests
{
    const string StorageException = "Grimoire.Functions.Storage.StorageException";

    [Fact]
    public async Task A_result_that_storage_would_not_take_is_offered_again_and_its_tool_is_not_called_again()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b")))
        {
            Tool = order => order.Step == "a" ? new AttemptOutcome { Unstored = Record(order) } : Script.Done(order),
        };

        var (outcome, _) = await new SimulatedCast(script).RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal(["a", "b"], script.Attempts);
        Assert.Equal("paid", (string?)script.Inputs<StepRequest>().Last().Views["a"].Output?.Value);
    }

    [Fact]
    [Trait("Row", "DW01")]
    [Trait("Row", "SP10")]
    public async Task A_result_that_storage_never_takes_fails_the_step_and_says_so()
    {
        var mine = new AsyncLocal<bool> { Value = true };
        long counted = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, it) => EnableIfOurs(instrument, it) };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => counted += mine.Value ? value : 0);
        listener.Start();
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b")))
        {
            Tool = order => new AttemptOutcome { Unstored = Record(order), CostUsd = 0.5m },
            Before = (activity, _) => RetryTests.Throw(activity == nameof(StoreAttempt), StorageException),
        };
        var cast = new SimulatedCast(script);

        await cast.RunAsync();

        Assert.Equal(["a"], script.Attempts);
        var end = script.Inputs<CastEnd>().Single();
        Assert.Equal(("storage.unavailable", Phase.Store, "a", 1, 0.5m), (end.Failure!.Code, end.Failure.Phase, end.Failure.Step, end.Failure.Attempt, end.CostUsd));
        Assert.True(cast.Reports[^1].NeedsReconciliation);
        Assert.Equal(1, counted);
    }

    /// <summary>A call that gives up is no reason to forget what its attempt has cost, nor is an attempt that was given up too early.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Row", "SP11")]
    public async Task What_an_attempt_has_cost_whose_outcome_did_not_come_is_read_from_its_record(bool isLost)
    {
        var script = new Script(Planned.Sequence(Planned.Once("a") with { OnError = OnError.Continue }, Planned.Once("b")) with { BudgetUsd = 1 })
        {
            Tool = order => order.Step == "a" && isLost ? Script.Failed(AttemptLedger.LostCode) with { CostUsd = 0.25m } : Script.Done(order) with { CostUsd = 0.25m },
            Cost = _ => 0.75m,
            Before = (activity, input) => RetryTests.Throw(!isLost && activity == nameof(RunTool) && input is StepRequest { Step: "a" }, StorageException),
        };

        var (outcome, _) = await new SimulatedCast(script).RunAsync();

        Assert.Equal((CastStatus.Completed, 1m), (outcome!.Status, outcome.CostUsd));
        Assert.All(script.Inputs<CostQuestion>(), question => Assert.Equal("a", Assert.Single(question.Attempts).Step));
    }

    [Fact]
    public async Task A_budget_knows_of_what_such_an_attempt_has_cost()
    {
        var script = new Script(Planned.Sequence(Planned.Once("a") with { OnError = OnError.Continue }, Planned.Once("b")) with { BudgetUsd = 1 })
        {
            Cost = _ => 1,
            Before = (activity, _) => RetryTests.Throw(activity == nameof(RunTool), StorageException),
        };

        await new SimulatedCast(script).RunAsync();

        Assert.Equal((CastCourse.BudgetExceeded, "b"), (script.Inputs<CastEnd>().Single().Failure!.Code, script.Inputs<CastEnd>().Single().Failure!.Step));
    }

    [Fact]
    public async Task Costs_that_cannot_be_read_do_not_keep_a_cast_from_ending()
    {
        var script = new Script(Planned.Sequence(Planned.Once("a")))
        {
            Before = (activity, _) => RetryTests.Throw(activity is nameof(RunTool) or nameof(CountCosts), StorageException),
        };
        var cast = new SimulatedCast(script);

        await cast.RunAsync();

        Assert.Equal("storage.unavailable", script.Inputs<CastEnd>().Single().Failure?.Code);
        Assert.True(cast.Reports[^1].NeedsReconciliation);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(20, true)]
    public async Task Outputs_of_many_elements_stay_out_of_the_history(int count, bool areStored)
    {
        var script = new Script(Planned.Sequence(Planned.ForEach("a", 4)))
        {
            Decide = _ => new StepDecision(true, count),
            Tool = order => new AttemptOutcome { Output = new Payload { Value = new string((char)('a' + order.Item!.Value), 3000) } },
        };

        await new SimulatedCast(script).RunAsync();

        var items = script.Inputs<StepItems>().Single().Items;
        Assert.Equal(count, items.Count);
        Assert.All(items.Index(), item => Assert.Equal(
            areStored ? ($"casts/{SimulatedCast.Id}/attempts/a.{item.Index:D6}.001.json", null) : (null, (char)('a' + item.Index)),
            (item.Item.StoredAs, ((string?)item.Item.Value)?[0])));
    }

    static void EnableIfOurs(Instrument instrument, MeterListener listener)
    {
        if (instrument.Name == "grimoire.casts.needs_reconciliation")
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    [Theory]
    [InlineData(nameof(StartCast))]
    [InlineData(nameof(RecordEvents))]
    [InlineData(nameof(SupplyValue))]
    [InlineData(nameof(EndWait))]
    [Trait("Row", "SP06")]
    [Trait("Row", "SP04")]
    public async Task Bookkeeping_that_fails_for_good_ends_the_cast_with_that_as_its_reason(string activity)
    {
        var script = new Script(Planned.Sequence(Planned.Step("wait"), Planned.Step("a") with { Catch = [new PlannedCatch(["*"], null)] }))
        {
            Tool = order => order.Step == "a" ? Script.Failed() : new AttemptOutcome { WaitsUntil = Script.Now.AddSeconds(1) },
            Before = (name, _) => RetryTests.Throw(name == activity, StorageException),
        };
        var cast = new SimulatedCast(script);

        var (_, thrown) = await cast.RunAsync();

        var failure = script.Inputs<CastEnd>().Single().Failure!;
        Assert.StartsWith($"{activity}: ", failure.Message, StringComparison.Ordinal);
        if (activity is not nameof(EndWait))
        {
            Assert.True(cast.Reports[^1].NeedsReconciliation);
        }

        Assert.IsType<CastFailedException>(thrown);
    }

    [Fact]
    [Trait("Row", "SP04")]
    public async Task A_cast_whose_end_cannot_be_written_does_not_run_on()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a")))
        {
            Before = (name, _) => RetryTests.Throw(name == nameof(FinishCast), StorageException),
        };
        var cast = new SimulatedCast(script);

        var (_, thrown) = await cast.RunAsync();

        Assert.IsType<TaskFailedException>(thrown);
        Assert.Contains("It is away.", thrown.Message, StringComparison.Ordinal);
        Assert.Equal((CastStatus.Failed, true), (cast.Reports[^1].State, cast.Reports[^1].NeedsReconciliation));
    }

    [Fact]
    [Trait("Row", "DW03")]
    public async Task No_step_goes_on_behind_a_cast_that_bookkeeping_has_ended()
    {
        var script = new Script(Planned.Graph(Planned.Step("a"), Planned.Step("slow"), Planned.Step("waits"), Planned.ForEach("each", 2), Planned.SubCast("sub"), Planned.Step("later", "slow")))
        {
            Tool = order => order.Step switch
            {
                "a" => Script.Failed(transient: true),
                "waits" => new AttemptOutcome { WaitsUntil = Script.Now.AddDays(7) },
                "sub" => Script.Failed(AttemptRun.CancelledCode),
                _ => Script.Done(order),
            },
            Decide = _ => new StepDecision(true, 1000),
            Before = (name, input) => RetryTests.Throw(name == nameof(RecordEvents) && ((EventBatch)input).Events[0] is { Type: CastEvents.AttemptRetrying }, StorageException),
        };
        var cast = new SimulatedCast(script)
        {
            Takes = (name, input) => TimeSpan.FromSeconds(name != nameof(RunTool) ? 0 : ((StepRequest)input).Step == "slow" ? 30 : 1),
            SubCast = (TimeSpan.FromMinutes(10), () => new CastOutcome { Status = CastStatus.Completed }),
        };

        await cast.RunAsync();

        Assert.Equal(30, cast.Elapsed.TotalSeconds);
        Assert.DoesNotContain("later", script.Attempts);
        Assert.Contains($"send Cancel to {SimulatedCast.Id}~sub.1", cast.Asked);
        Assert.Equal(CastEvents.CastFailed, script.Journal[^1].Type);
    }

    [Fact]
    public async Task An_element_whose_bookkeeping_fails_for_good_is_the_last_one()
    {
        var script = new Script(Planned.Sequence(Planned.ForEach("each", 2)))
        {
            Decide = _ => new StepDecision(true, 1000),
            Tool = order => order.Item == 1 ? Script.Failed(transient: true) : Script.Done(order),
            Before = (name, _) => RetryTests.Throw(name == nameof(RecordEvents), StorageException),
        };

        await new SimulatedCast(script) { Takes = (_, _) => TimeSpan.FromSeconds(1) }.RunAsync();

        Assert.True(script.Attempts.Count <= 4, $"Ran {string.Join(' ', script.Attempts)}.");
    }

    [Fact]
    [Trait("Row", "SP06")]
    public async Task A_bug_in_the_interpreter_ends_the_cast_as_failed()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a", "nothing")) with { Steps = [Planned.Step("a", "nothing")] });

        var (_, thrown) = await new SimulatedCast(script).RunAsync();

        Assert.IsType<CastFailedException>(thrown);
        Assert.Equal("cast.crashed", script.Inputs<CastEnd>().Single().Failure?.Code);
    }

    [Theory]
    [InlineData(CastPlan.CurrentInterpreter + 1, CastPlan.CurrentInterpreter)]
    [InlineData(CastPlan.CurrentInterpreter, CastPlan.CurrentInterpreter + 1)]
    public async Task A_cast_for_a_newer_interpreter_is_refused_and_ended(int order, int plan)
    {
        var script = new Script(Planned.Sequence(Planned.Step("a")) with { Interpreter = plan });

        var (_, thrown) = await new SimulatedCast(script, new CastOrder(SimulatedCast.Id, order)).RunAsync();

        Assert.IsType<CastFailedException>(thrown);
        Assert.Empty(script.Attempts);
        var failure = script.Inputs<CastEnd>().Single().Failure!;
        Assert.Equal("cast.tooNew", failure.Code);
        Assert.Contains($"interpreter {CastPlan.CurrentInterpreter + 1}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_orchestration_without_an_order_says_so()
    {
        var context = new Mock<TaskOrchestrationContext>();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => CastSpell.RunAsync(context.Object));

        Assert.Contains("without an order", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sub_cast_has_an_id_that_follows_from_its_attempt_and_its_failure_is_that_of_its_step()
    {
        var failure = new Failure { Code = "http.status", Message = "It fell.", Phase = Phase.Execute };
        var script = new Script(Planned.Sequence(Planned.ForEach("sub", 1) with { Kind = StepKind.Spell, Retry = Planned.Retry with { MaxAttempts = 1 } }))
        {
            Decide = _ => new StepDecision(true, 2),
            Tool = order => order.Item == 0 ? Script.Done(order) with { CostUsd = 2 } : Script.Failed("cast.failed") with { CostUsd = 1 },
        };
        var cast = new SimulatedCast(script) { SubCast = (TimeSpan.Zero, () => new CastOutcome { Status = CastStatus.Failed, Failure = failure }) };

        await cast.RunAsync();

        Assert.Equal([$"cast {SimulatedCast.Id}~sub.0.1", $"cast {SimulatedCast.Id}~sub.1.1"], cast.Asked);
        Assert.All(script.Inputs<SubCastEnd>(), end => Assert.Equal("It fell.", end.Thrown));
        Assert.Equal(("cast.failed", 1, 3m), (script.Inputs<CastEnd>().Single().Failure!.Code, script.Inputs<CastEnd>().Single().Failure!.Item, script.Inputs<CastEnd>().Single().CostUsd));
    }

    static AttemptRecord Record(StepRequest order) => new()
    {
        CastId = order.CastId,
        Step = order.Step,
        Attempt = order.Attempt,
        Tool = "noop",
        Status = AttemptStatus.Succeeded,
        IdempotencyKey = order.Key.IdempotencyKey,
        StartedAt = Script.Now,
        EndedAt = Script.Now,
        Output = "paid",
    };
}
