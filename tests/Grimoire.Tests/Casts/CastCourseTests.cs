using Grimoire.Casts;
using Grimoire.Spells;

namespace Grimoire.Tests.Casts;

public sealed class CastCourseTests
{
    [Fact]
    public void Steps_run_in_the_order_of_the_spell()
    {
        var course = Plans.Course(Plans.Step("a"), Plans.Step("b"), Plans.Step("c"));

        Assert.Equal("a", Plans.Next(course));
        course.Start("a");
        Assert.Equal("", Plans.Next(course));
        course.Complete("a", Payload.Nothing);
        Assert.Equal("b", Plans.Next(course));
    }

    [Fact]
    [Trait("Row", "SP12")]
    public void A_step_that_has_ended_is_not_offered_again()
    {
        var course = Plans.Course(Plans.Step("a"), Plans.Step("b"));

        Plans.Complete(course, "a");
        Plans.Complete(course, "b");

        Assert.Equal("", Plans.Next(course));
        Assert.Equal(2, course.Settled);
    }

    [Fact]
    [Trait("Row", "SP01")]
    public void After_a_failure_nothing_starts()
    {
        var course = Plans.Course(Plans.Step("a"), Plans.Step("b"));

        var route = Plans.Fail(course, "a");

        Assert.Equal(FailureRoute.Fails, route);
        Assert.Equal("", Plans.Next(course));
        Assert.Equal("a", course.Failure?.Step);
    }

    [Fact]
    public void The_first_failure_is_the_one_that_counts()
    {
        var course = Plans.Graph(Plans.Step("a"), Plans.Step("b"));

        Plans.Fail(course, "b", "first");
        Plans.Fail(course, "a", "second");

        Assert.Equal("first", course.Failure?.Code);
    }

    [Fact]
    [Trait("Row", "SP02")]
    public void A_step_that_failed_and_is_passed_over_has_no_output()
    {
        var course = Plans.Course(Plans.Step("a") with { OnError = OnError.Continue }, Plans.Step("b"));

        var route = Plans.Fail(course, "a");

        Assert.Equal(FailureRoute.Continue, route);
        Assert.Equal("b", Plans.Next(course));
        var view = course.Views(["a"])["a"];
        Assert.Equal(StepStatus.Failed, view.Status);
        Assert.Null(view.Output);
        Assert.Equal("http.status", view.Failure?.Code);
    }

    [Fact]
    public void In_a_graph_a_step_waits_for_what_it_needs_and_refers_to_and_for_nothing_else()
    {
        var course = Plans.Graph(
            Plans.Step("d", "${steps.b.output} ${steps.c.output}"), Plans.Step("a"), Plans.Step("b", null, "a"), Plans.Step("c", "${steps.a.output}"), Plans.Step("e"));

        Assert.Equal("a e", Plans.Next(course));
        Plans.Complete(course, "a");
        Assert.Equal("b c e", Plans.Next(course));
        Plans.Complete(course, "b");
        Assert.Equal("c e", Plans.Next(course));
        course.Skip("c");
        Assert.Equal("d e", Plans.Next(course));
    }

    [Fact]
    [Trait("Row", "UX03")]
    public void A_caught_failure_runs_the_handler_in_its_place()
    {
        var course = Plans.Course(
            Plans.Step("a") with { Catch = [new CatchClause { Errors = ["http.*"], Step = "plan-b" }] }, Plans.Step("plan-b"), Plans.Step("c"));

        var route = Plans.Fail(course, "a");

        Assert.Equal(FailureRoute.Step, route);
        Assert.Equal("plan-b", Plans.Next(course));
        Assert.Equal("http.status", course.Handles("plan-b")?.Code);
        course.Start("plan-b");
        course.Complete("plan-b", new Payload { Value = "instead" });
        Assert.Equal("c", Plans.Next(course));
        Assert.Equal("instead", (string?)course.Views(["a"])["a"].Output?.Value);
        Assert.Null(course.Failure);
    }

    [Fact]
    public void A_handler_does_not_run_of_itself()
    {
        var course = Plans.Course(Plans.Step("a") with { Catch = [new CatchClause { Step = "plan-b" }] }, Plans.Step("plan-b"), Plans.Step("c"));

        Plans.Complete(course, "a");

        Assert.Equal("c", Plans.Next(course));
        Assert.Equal(StepStatus.Skipped, course.StatusOf("plan-b"));
    }

    [Fact]
    public void A_failure_that_the_clause_does_not_name_is_not_caught()
    {
        var course = Plans.Course(Plans.Step("a") with { Catch = [new CatchClause { Errors = ["tool.rejected"], Step = "plan-b" }] }, Plans.Step("plan-b"));

        Assert.Equal(FailureRoute.Fails, Plans.Fail(course, "a"));
    }

    [Fact]
    public void When_the_handler_fails_too_the_cast_does()
    {
        var course = Plans.Course(Plans.Step("a") with { Catch = [new CatchClause { Step = "plan-b" }] }, Plans.Step("plan-b"), Plans.Step("c"));

        Plans.Fail(course, "a");
        Plans.Fail(course, "plan-b", "worse");

        Assert.Equal("worse", course.Failure?.Code);
        Assert.Equal(StepStatus.Failed, course.StatusOf("a"));
        Assert.Equal("", Plans.Next(course));
    }

    [Fact]
    public void A_handler_runs_once_and_a_second_failure_that_is_routed_to_it_fails_the_cast()
    {
        var catching = new CatchClause { Step = "plan-b" };
        var course = Plans.Course(Plans.Step("a") with { Catch = [catching] }, Plans.Step("c") with { Catch = [catching] }, Plans.Step("plan-b"));

        Plans.Fail(course, "a");
        Plans.Complete(course, "plan-b");

        Assert.Equal(FailureRoute.Fails, Plans.Fail(course, "c"));
    }

    [Fact]
    public void A_value_stands_for_the_output_of_a_step_that_failed()
    {
        var course = Plans.Course(Plans.Step("a") with { Catch = [new CatchClause { Value = "default" }] }, Plans.Step("b"));

        var route = Plans.Fail(course, "a");
        course.Complete("a", new Payload { Value = "default" });

        Assert.Equal(FailureRoute.Value, route);
        Assert.Equal("b", Plans.Next(course));
    }

    [Fact]
    public void In_a_graph_others_wait_until_it_is_clear_that_a_handler_will_not_run()
    {
        var course = Plans.Graph(Plans.Step("a") with { Catch = [new CatchClause { Step = "plan-b" }] }, Plans.Step("plan-b"), Plans.Step("c", "${steps['plan-b'].output ?? 1}"));

        Assert.Equal("a", Plans.Next(course));
        Plans.Complete(course, "a");
        Assert.Equal("c", Plans.Next(course));
    }

    [Fact]
    [Trait("Row", "SP14")]
    public void A_step_that_there_is_not_is_named_with_how_many_there_are()
    {
        var course = Plans.Course(Plans.Step("a"), Plans.Step("b"));

        var error = Assert.Throws<ArgumentException>(() => course.Start("z"));

        Assert.Contains("'z'", error.Message, StringComparison.Ordinal);
        Assert.Contains("2 steps", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "UX06")]
    public void A_budget_stops_the_step_that_would_exceed_it_and_counts_what_still_runs()
    {
        var plan = CastPlan.Of(Plans.Manifest(Plans.Step("a"), Plans.Step("b")) with { BudgetUsd = 0.25m });
        var course = new CastCourse(plan);

        Assert.Null(course.OverBudget(plan.Steps[0]));
        course.Spend(0.10m);
        Assert.Null(course.OverBudget(plan.Steps[1]));
        course.Reserve(0.10m);
        Assert.Equal(CastCourse.BudgetExceeded, course.OverBudget(plan.Steps[1])?.Code);
        course.Release(0.10m);
        course.Spend(0.15m);
        var over = course.OverBudget(plan.Steps[1]);
        Assert.Equal("b", over?.Step);
        Assert.Contains("0.25", over?.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "UX05")]
    public void What_a_redrive_takes_over_is_not_run_again()
    {
        var reused = new ReusedStep(new Payload { Value = "old" }, "main-1111111111111111111", Skipped: false, []);
        var manifest = Plans.Manifest(Plans.Step("a"), Plans.Step("b")) with
        {
            Redrive = new RedriveOrigin("main-1111111111111111111", "b", new Dictionary<string, ReusedStep> { ["a"] = reused }, new Dictionary<string, IReadOnlyList<ReusedItem>>()),
        };
        var course = new CastCourse(CastPlan.Of(manifest));

        Assert.Equal("b", Plans.Next(course));
        Assert.Equal("old", (string?)course.Views(["a"])["a"].Output?.Value);
    }
}
