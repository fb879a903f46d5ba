using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Spells;

namespace Grimoire.Tests.Casts;

[Trait("Row", "UX05")]
public sealed class RedrivePlanTests
{
    [Fact]
    public void It_begins_with_the_step_that_failed_and_takes_over_what_came_before()
    {
        var cast = Plans.Manifest(Plans.Step("a"), Plans.Step("b"), Plans.Step("c"));

        var plan = Plan(cast, fromStep: null, Ended("a"), Failed("b"));

        Assert.Equal("b", plan.FromStep);
        Assert.Equal(["a"], plan.Reused.Keys);
    }

    [Fact]
    public void It_begins_with_any_step_that_is_asked_for()
    {
        var cast = Plans.Manifest(Plans.Step("a"), Plans.Step("b"), Plans.Step("c"));

        Assert.Empty(Plan(cast, "a", Ended("a"), Ended("b"), Ended("c")).Reused);
        Assert.Equal(["a", "b"], Plan(cast, "c", Ended("a"), Ended("b"), Ended("c")).Reused.Keys);
    }

    [Fact]
    public void In_a_graph_only_what_depends_on_it_runs_again()
    {
        var cast = Plans.Manifest(StepOrder.Graph, Plans.Step("a"), Plans.Step("b", "${steps.a.output}"), Plans.Step("c"), Plans.Step("d", "${steps.b.output} ${steps.c.output}"));

        var plan = Plan(cast, fromStep: null, Ended("a"), Failed("b"), Ended("c"));

        Assert.Equal(["a", "c"], plan.Reused.Keys.Order());
    }

    [Fact]
    [Trait("Row", "UX04")]
    public void A_step_that_is_another_one_in_the_newer_version_runs_again_and_all_after_it()
    {
        var old = Plans.Manifest(Plans.Step("a"), Plans.Step("b"), Plans.Step("c"), Plans.Step("d"));
        var newer = Plans.Manifest(Plans.Step("a"), Plans.Step("b", "changed"), Plans.Step("c"), Plans.Step("d"));

        var (plan, _) = RedrivePlan.Of(old, View(old, Ended("a"), Ended("b"), Ended("c"), Failed("d")), newer, "d");

        Assert.Equal(["a"], plan!.Reused.Keys);
    }

    [Fact]
    public void What_was_skipped_or_passed_over_is_so_again()
    {
        var cast = Plans.Manifest(Plans.Step("a") with { When = "${inputs.x}" }, Plans.Step("b") with { OnError = OnError.Continue }, Plans.Step("c"));

        var plan = Plan(cast, null, CastEvents.Step(CastEvents.StepSkipped, "a", Plans.Now), Failed("b"), Failed("c"), CastFailed("c"));

        Assert.Equal("c", plan.FromStep);
        Assert.All(plan.Reused.Values, source => Assert.Equal(ReuseKind.Nothing, source.Kind));
        Assert.Equal(2, plan.Reused.Count);
    }

    [Fact]
    public void A_failure_that_was_caught_stays_caught()
    {
        var cast = Plans.Manifest(
            Plans.Step("a") with { Catch = [new CatchClause { Value = 1 }] }, Plans.Step("b") with { Catch = [new CatchClause { Step = "h" }] }, Plans.Step("h"), Plans.Step("c"));

        var plan = Plan(cast, "c", Failed("a", "value"), Failed("b", "h"), Ended("h"));

        Assert.Equal(new ReuseSource(ReuseKind.CaughtValue, "a"), plan.Reused["a"]);
        Assert.Equal(new ReuseSource(ReuseKind.Output, "h"), plan.Reused["b"]);
    }

    [Fact]
    public void A_handler_that_was_not_needed_keeps_nothing_from_being_taken_over()
    {
        var cast = Plans.Manifest(StepOrder.Graph,
            Plans.Step("a") with { Catch = [new CatchClause { Step = "h" }] }, Plans.Step("h"), Plans.Step("b", "${steps.h.output ?? 1}"), Plans.Step("c", "${steps.b.output}"));

        var plan = Plan(cast, "c", Ended("a"), Ended("b"), Failed("c"));

        Assert.Equal(["a", "b"], plan.Reused.Keys.Order());
    }

    [Fact]
    public void A_cast_that_has_ended_well_wants_to_be_told_from_where()
    {
        var cast = Plans.Manifest(Plans.Step("a"));

        var (plan, problem) = RedrivePlan.Of(cast, View(cast, Ended("a")), cast, null);

        Assert.Null(plan);
        Assert.Contains("from which one", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_handler_that_nothing_was_routed_to_is_not_where_a_cancelled_cast_stopped()
    {
        var cast = Plans.Manifest(Plans.Step("a") with { Catch = [new CatchClause { Step = "h" }] }, Plans.Step("h"), Plans.Step("b"), Plans.Step("c"));

        var plan = Plan(cast, null, Ended("a"), CastEvents.Step(CastEvents.StepCancelled, "b", Plans.Now));

        Assert.Equal("b", plan.FromStep);
    }

    [Fact]
    public void In_a_cast_that_went_well_such_a_handler_was_skipped()
    {
        var cast = Plans.Manifest(Plans.Step("a") with { Catch = [new CatchClause { Step = "h" }] }, Plans.Step("h"));

        var view = View(cast, Ended("a"), CastEvents.Ended(CastEvents.CastCompleted, Plans.Now, 0));

        Assert.Equal(StepStatus.Skipped, view.Steps[1].Status);
        Assert.Null(RedrivePlan.Of(cast, view, cast, null).Plan);
    }

    [Fact]
    [Trait("Row", "SP14")]
    public void A_step_that_there_is_not_is_named_with_how_many_there_are()
    {
        var cast = Plans.Manifest(Plans.Step("a"), Plans.Step("b"));

        var (_, problem) = RedrivePlan.Of(cast, View(cast, Failed("a")), cast, "z");

        Assert.Equal("The spell has 2 steps, and no step 'z' among them.", problem);
    }

    [Fact]
    public void Branches_that_had_not_ended_go_on_where_they_stopped()
    {
        var cast = Plans.Manifest(StepOrder.Graph, Plans.Step("a"), Plans.Step("b", "${steps.a.output}"), Plans.Step("c"), Plans.Step("d", "${steps.b.output} ${steps.c.output}"));

        var plan = Plan(cast, fromStep: null, Ended("a"), Failed("b"), CastEvents.Step(CastEvents.StepCancelled, "c", Plans.Now));

        Assert.Equal(["b", "c"], plan.Resumed.Order());
    }

    [Fact]
    public void A_step_that_has_ended_well_and_is_asked_for_runs_from_its_beginning()
    {
        var cast = Plans.Manifest(Plans.Step("a"), Plans.Step("b"));

        Assert.Empty(Plan(cast, "a", Ended("a"), Failed("b")).Resumed);
    }

    [Fact]
    public void With_other_inputs_or_another_step_nothing_goes_on_where_it_stopped()
    {
        var old = Plans.Manifest(Plans.Step("a"));
        var view = View(old, Failed("a"), CastFailed("a"));

        Assert.Equal(["a"], RedrivePlan.Of(old, view, old, null).Plan!.Resumed);
        Assert.Empty(RedrivePlan.Of(old, view, old with { Inputs = new JsonObject { ["x"] = 1 } }, null).Plan!.Resumed);
        Assert.Empty(RedrivePlan.Of(old, view, Plans.Manifest(Plans.Step("a", "changed")), null).Plan!.Resumed);
    }

    static RedrivePlan Plan(CastManifest cast, string? fromStep, params CastEvent[] events)
    {
        var failed = events.LastOrDefault(e => e.Type == CastEvents.StepFailed && e.Data?["caughtBy"] is null)?.Step;
        var (plan, problem) = RedrivePlan.Of(cast, View(cast, failed is null ? events : [.. events, CastFailed(failed)]), cast, fromStep);
        return plan ?? throw new InvalidOperationException(problem);
    }

    static CastView View(CastManifest cast, params CastEvent[] events) => CastView.Of(cast, [CastEvents.Started(Plans.Now, cast.Spell.Steps.Count), .. events]);

    static CastEvent Ended(string step) => CastEvents.Step(CastEvents.StepCompleted, step, Plans.Now);

    static CastEvent Failed(string step, string? caughtBy = null) =>
        CastEvents.Step(CastEvents.StepFailed, step, Plans.Now, new { failure = Plans.Failure(step), caughtBy });

    static CastEvent CastFailed(string step) => CastEvents.Ended(CastEvents.CastFailed, Plans.Now, 0, Plans.Failure(step));
}
