using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Orchestrations.Support;
using Grimoire.Spells;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>Which steps run, and when: the constructs of spells.</summary>
[Trait("Row", "UX03")]
public sealed class StepOrderTests
{
    [Fact]
    [Trait("Row", "SP12")]
    public async Task Steps_run_one_after_the_other_each_once_and_the_last_one_is_the_outcome()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b"), Planned.Step("c")));
        var cast = new SimulatedCast(script) { Takes = (_, _) => TimeSpan.FromSeconds(1) };

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal("c#1", (string?)outcome?.Output.Value);
        Assert.Equal(["a", "b", "c"], script.Attempts);
        Assert.Equal(1, cast.MostAtOnce(nameof(RunTool)));
        Assert.Equal("a#1", (string?)script.Inputs<StepRequest>().Single(order => order.Step == "b").Views["a"].Output?.Value);
    }

    [Fact]
    [Trait("Row", "SP01")]
    [Trait("Row", "SP03")]
    [Trait("Row", "SP04")]
    [Trait("Row", "SP06")]
    [Trait("Row", "DW03")]
    public async Task A_failed_step_ends_the_cast_and_nothing_after_it_runs()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b"), Planned.Step("c")))
        {
            Tool = order => order.Step == "b" ? Script.Failed("http.status") : Script.Done(order),
        };
        var cast = new SimulatedCast(script);

        var (_, thrown) = await cast.RunAsync();

        Assert.IsType<CastFailedException>(thrown);
        Assert.Equal(["a", "b"], script.Attempts);
        var end = Assert.Single(script.Inputs<CastEnd>());
        Assert.Equal(CastStatus.Failed, end.Status);
        Assert.Equal(["step.failed", "cast.failed"], script.Journal.Select(e => e.Type).TakeLast(2));
        Assert.Equal(CastStatus.Failed, cast.Reports[^1].State);
    }

    [Fact]
    [Trait("Row", "DW01")]
    [Trait("Row", "KZ12")]
    public async Task A_failure_says_which_step_attempt_tool_and_phase_with_what_the_provider_said()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"))) { Tool = _ => Script.Failed("http.status") };
        var cast = new SimulatedCast(script);

        var (_, thrown) = await cast.RunAsync();

        var failure = script.Inputs<CastEnd>().Single().Failure!;
        Assert.Equal(("a", 1, "noop", Phase.Execute, "http.status"), (failure.Step!, failure.Attempt, failure.Tool!, failure.Phase, failure.Code));
        Assert.Equal("Step 'a', attempt 1, execute: The provider says no. (http.status)", thrown!.Message);
        Assert.Equal(thrown.Message, cast.Reports[^1].Error);
        Assert.Equal("http.status", cast.Reports[^1].Code);
    }

    [Theory]
    [InlineData(true, "a b c")]
    [InlineData(false, "a c")]
    public async Task A_step_runs_when_its_condition_holds_and_is_skipped_else(bool runs, string attempts)
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b") with { IsConditional = true }, Planned.Step("c")))
        {
            Decide = _ => new StepDecision(runs),
        };

        var (outcome, _) = await new SimulatedCast(script).RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal(attempts, string.Join(' ', script.Attempts));
        Assert.Equal(runs, script.Journal.All(e => e.Type != CastEvents.StepSkipped));
        Assert.Equal(runs ? StepStatus.Completed : StepStatus.Skipped, script.Inputs<StepRequest>().Last().Views["b"].Status);
    }

    [Fact]
    public async Task A_condition_that_cannot_be_told_fails_the_step()
    {
        var wrong = new Failure { Code = "bind.failed", Message = "It comes to 3.", Phase = Phase.Bind, Step = "a" };
        var script = new Script(Planned.Sequence(Planned.Step("a") with { IsConditional = true })) { Decide = _ => new StepDecision(false, Failure: wrong) };

        var (_, thrown) = await new SimulatedCast(script).RunAsync();

        Assert.Contains("bind.failed", thrown!.Message, StringComparison.Ordinal);
        Assert.Empty(script.Attempts);
    }

    [Fact]
    public async Task Elements_run_as_many_at_once_as_are_allowed_and_come_out_in_order()
    {
        var script = new Script(Planned.Sequence(Planned.ForEach("each", maxParallel: 3))) { Decide = _ => new StepDecision(true, Items: 10) };
        var cast = new SimulatedCast(script)
        {
            // The later, the faster.
            Takes = (name, input) => name == nameof(RunTool) ? TimeSpan.FromSeconds(20 - (((StepRequest)input).Item!.Value * 2)) : TimeSpan.Zero,
        };

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(3, cast.MostAtOnce(nameof(RunTool)));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"each[{i}]#1"), outcome!.Output.Value!.AsArray().Select(value => (string?)value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_step_for_each_of_nothing_comes_to_an_empty_array(int items)
    {
        var script = new Script(Planned.Sequence(Planned.ForEach("each", 4))) { Decide = _ => new StepDecision(true, items) };

        var (outcome, _) = await new SimulatedCast(script).RunAsync();

        Assert.Equal(items, outcome!.Output.Value!.AsArray().Count);
        Assert.Equal(items, script.Attempts.Count);
    }

    [Fact]
    [Trait("Row", "SP01")]
    public async Task When_an_element_fails_no_other_one_starts()
    {
        var script = new Script(Planned.Sequence(Planned.ForEach("each", 2)))
        {
            Decide = _ => new StepDecision(true, 10),
            Tool = order => order.Item == 1 ? Script.Failed() : Script.Done(order),
        };
        var cast = new SimulatedCast(script) { Takes = (_, _) => TimeSpan.FromSeconds(1) };

        await cast.RunAsync();

        Assert.True(script.Attempts.Count <= 3, $"Ran {string.Join(' ', script.Attempts)}.");
        Assert.Equal(1, script.Inputs<CastEnd>().Single().Failure?.Item);
        Assert.Empty(script.Inputs<StepItems>());
    }

    [Fact]
    public async Task In_a_graph_what_depends_on_nothing_runs_at_once_and_the_rest_when_it_may()
    {
        var script = new Script(Planned.Graph(Planned.Step("a"), Planned.Step("b"), Planned.Step("c", "a"), Planned.Step("d", "b", "c")));
        var cast = new SimulatedCast(script)
        {
            Takes = (name, input) => TimeSpan.FromSeconds(name == nameof(RunTool) && ((StepRequest)input).Step == "b" ? 10 : 1),
        };

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal("d#1", (string?)outcome?.Output.Value);
        Assert.Equal(["a", "c", "b", "d"], script.Attempts);
        Assert.Equal(2, cast.MostAtOnce(nameof(RunTool)));
        Assert.Equal(["b", "c"], script.Inputs<StepRequest>().Last().Views.Keys.Order());
    }

    [Fact]
    [Trait("Row", "SP04")]
    public async Task In_a_graph_a_failure_ends_the_waits_of_other_steps_and_lets_attempts_that_run_end()
    {
        var script = new Script(Planned.Graph(Planned.Once("fails"), Planned.Step("waits"), Planned.Step("retries"), Planned.Step("runs"), Planned.Step("later", "runs")))
        {
            Tool = order => order.Step switch
            {
                "fails" => Script.Failed("first"),
                "waits" => new AttemptOutcome { WaitsUntil = Script.Now.AddDays(30) },
                "retries" => Script.Failed(transient: true, retryAfter: TimeSpan.FromDays(1)),
                _ => Script.Done(order),
            },
        };
        var cast = new SimulatedCast(script)
        {
            Takes = (name, input) => TimeSpan.FromSeconds(name != nameof(RunTool) ? 0 : ((StepRequest)input).Step switch { "fails" => 5, "runs" => 60, _ => 1 }),
        };

        await cast.RunAsync();

        Assert.Equal(60, cast.Elapsed.TotalSeconds);
        Assert.Equal("first", script.Inputs<CastEnd>().Single().Failure?.Code);
        Assert.DoesNotContain("later", script.Attempts);
        Assert.Equal(
            ["fails failed", "retries cancelled", "runs completed", "waits cancelled"],
            script.Journal.Where(e => e.Id.StartsWith("step.ended", StringComparison.Ordinal)).Select(e => $"{e.Step} {e.Type[5..]}").Order());
    }

    [Fact]
    public async Task A_caught_failure_runs_the_handler_in_its_place()
    {
        var script = new Script(Planned.Sequence(
            Planned.Step("a") with { Catch = [new PlannedCatch(["http.*"], "plan-b")] }, Planned.Step("plan-b") with { IsHandler = true }, Planned.Step("c")))
        {
            Tool = order => order.Step == "a" ? Script.Failed() : Script.Done(order),
        };

        var (outcome, _) = await new SimulatedCast(script).RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal(["a", "plan-b", "c"], script.Attempts);
        var orders = script.Inputs<StepRequest>().ToList();
        Assert.Equal("http.status", orders[1].Error?.Code);
        Assert.Equal("plan-b#1", (string?)orders[2].Views["a"].Output?.Value);
        Assert.Equal("plan-b", (string?)script.Journal.Single(e => e.Type == CastEvents.StepFailed).Data?["caughtBy"]);
    }

    [Fact]
    public async Task A_caught_failure_may_be_stood_for_by_a_value()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a") with { Catch = [new PlannedCatch(["*"], null)] }, Planned.Step("b")))
        {
            Tool = order => order.Step == "a" ? Script.Failed() : Script.Done(order),
        };

        var (outcome, _) = await new SimulatedCast(script).RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal("instead", (string?)script.Inputs<StepRequest>().Last().Views["a"].Output?.Value);
    }

    [Theory]
    [InlineData("tool.rejected")]
    [InlineData("http.timeout")]
    public async Task A_failure_that_no_clause_names_is_not_caught(string pattern)
    {
        var script = new Script(Planned.Sequence(Planned.Step("a") with { Catch = [new PlannedCatch([pattern], null)] }, Planned.Step("b"))) { Tool = _ => Script.Failed() };

        var (_, thrown) = await new SimulatedCast(script).RunAsync();

        Assert.IsType<CastFailedException>(thrown);
        Assert.Equal(["a"], script.Attempts);
    }

    [Fact]
    [Trait("Row", "SP02")]
    public async Task A_step_that_is_passed_over_gives_nothing_to_the_next()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a") with { OnError = OnError.Continue }, Planned.Step("b")))
        {
            Tool = order => order.Step == "a" ? Script.Failed() with { Output = new Payload { Value = "garbage" } } : Script.Done(order),
        };

        var (outcome, _) = await new SimulatedCast(script).RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        var seen = script.Inputs<StepRequest>().Last().Views["a"];
        Assert.Equal(StepStatus.Failed, seen.Status);
        Assert.Null(seen.Output);
    }

    [Fact]
    [Trait("Row", "DW04")]
    [Trait("Row", "UX06")]
    public async Task A_step_that_the_budget_does_not_allow_has_not_started_and_the_cast_names_it()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b")) with { BudgetUsd = 1 }) { Tool = order => Script.Done(order) with { CostUsd = 1.25m } };
        var cast = new SimulatedCast(script);

        await cast.RunAsync();

        Assert.Equal(["a"], script.Attempts);
        Assert.DoesNotContain(script.Journal, e => e.Step == "b" && e.Type != CastEvents.BudgetExceeded);
        var end = script.Inputs<CastEnd>().Single();
        Assert.Equal((CastCourse.BudgetExceeded, "b", 1.25m), (end.Failure!.Code, end.Failure.Step, end.CostUsd));
        Assert.Equal(1.25m, cast.Reports[^1].CostUsd);
    }
}
