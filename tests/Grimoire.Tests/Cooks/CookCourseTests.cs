using Grimoire.Casts;
using Grimoire.Cooks;

namespace Grimoire.Tests.Cooks;

public sealed class CookCourseTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    [Trait("Row", "UX10")]
    public void No_more_pieces_begin_than_may_run_at_once()
    {
        var course = Course(pieces: 10, concurrency: 4);

        Assert.Equal(4, course.MayBegin);
        course = course.Begin([0, 1, 2], Now);
        Assert.Equal(1, course.MayBegin);
        course = course.Begin([3], Now);
        Assert.Equal(0, course.MayBegin);
        Assert.Equal(1, Completed(course, 2).MayBegin);
    }

    [Fact]
    public void Fewer_begin_when_fewer_are_left()
    {
        var course = Course(pieces: 3, concurrency: 8).Begin([0, 1], Now);

        Assert.Equal(1, course.MayBegin);
    }

    [Fact]
    public void It_is_over_when_nothing_runs_and_nothing_is_left()
    {
        var course = Course(pieces: 2, concurrency: 2).Begin([0, 1], Now);

        Assert.False(course.IsOver);
        course = Completed(Completed(course, 0), 1);
        Assert.True(course.IsOver);
        Assert.Equal((CastStatus.Completed, 2), (course.Outcome().Status, course.Outcome().Progress.Completed));
    }

    [Fact]
    public void An_end_that_is_told_twice_counts_once()
    {
        var course = Completed(Course(pieces: 2, concurrency: 2).Begin([0, 1], Now), 0);

        Assert.Null(course.End(new PieceEnd(0, 1, CastStatus.Completed, 1), Now));
        Assert.Null(course.End(new PieceEnd(7, 1, CastStatus.Completed, 1), Now));
    }

    [Fact]
    public void An_end_of_another_generation_does_not_count()
    {
        var course = Course(pieces: 2, concurrency: 2).Begin([0, 1], Now);

        Assert.Null(course.End(new PieceEnd(0, Generation: 2, CastStatus.Completed, 1), Now));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 2)]
    [InlineData(25, 3)]
    [InlineData(99, 10)]
    [Trait("Row", "UX10")]
    public void It_stops_with_the_first_piece_that_fails_beyond_what_is_tolerated(int tolerated, int failing)
    {
        var course = Course(pieces: 10, concurrency: 10, tolerated: tolerated).Begin([.. Enumerable.Range(0, 10)], Now);
        for (var piece = 0; piece < failing - 1; piece++)
        {
            course = Failed(course, piece);
            Assert.Null(course.Failure);
        }

        Assert.Equal(CookCourse.TooManyFailed, Failed(course, failing - 1).Failure?.Code);
    }

    [Fact]
    public void With_all_of_them_tolerated_it_goes_on_whatever_fails()
    {
        var course = Course(pieces: 2, concurrency: 2, tolerated: 100).Begin([0, 1], Now);

        course = Failed(Failed(course, 0), 1);

        Assert.Equal((CastStatus.Completed, 2), (course.Outcome().Status, course.Outcome().Progress.Failed));
    }

    [Fact]
    [Trait("Row", "UX06")]
    public void Pieces_begin_only_as_far_as_the_budget_reaches_by_what_one_is_expected_to_cost()
    {
        var course = Course(pieces: 100, concurrency: 50, budgetUsd: 1, estimateUsd: 0.3m);

        Assert.Equal(3, course.MayBegin);
        course = course.Begin([0, 1, 2], Now);
        Assert.Equal(0, course.MayBegin);

        // They have cost less than was expected of them.
        course = Completed(Completed(course, 0, 0.1m), 1, 0.1m);
        Assert.Equal(7, course.MayBegin);
    }

    [Fact]
    [Trait("Row", "UX06")]
    public void It_fails_when_the_budget_reaches_for_no_further_piece_and_nothing_runs()
    {
        var course = Course(pieces: 10, concurrency: 1, budgetUsd: 0.5m).Begin([0], Now);

        Assert.Null(course.WithinBudget().Failure);
        course = Completed(course, 0, 0.4m).WithinBudget();

        Assert.Equal(CookCourse.BudgetExceeded, course.Failure?.Code);
        Assert.True(course.IsOver);
        Assert.Contains("9 have not begun", course.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_piece_may_spend_what_is_left()
    {
        var course = Course(pieces: 10, concurrency: 1, budgetUsd: 1);

        Assert.Equal(1, course.PieceBudgetUsd);
        Assert.Equal(0.75m, Completed(course.Begin([0], Now), 0, 0.25m).PieceBudgetUsd);
        Assert.Equal(0.5m, (course with { Plan = course.Plan with { PieceBudgetUsd = 0.5m } }).PieceBudgetUsd);
        Assert.Null(Course(pieces: 1, concurrency: 1).PieceBudgetUsd);
    }

    [Fact]
    public void Paused_nothing_begins_until_it_is_resumed()
    {
        var course = Course(pieces: 10, concurrency: 2);

        var paused = course.Pause()!;

        Assert.Equal(0, paused.MayBegin);
        Assert.Null(paused.Pause());
        Assert.Null(course.Resume());
        Assert.Equal((2, 2), (paused.Resume()!.MayBegin, paused.Resume()!.Turns));
    }

    [Fact]
    public void Cancelled_it_is_over_when_what_runs_has_ended()
    {
        var course = Course(pieces: 10, concurrency: 2).Begin([0], Now).Pause()!.Cancel("Enough.")!;

        Assert.False(course.IsOver);
        Assert.Equal(0, course.MayBegin);
        course = course.End(new PieceEnd(0, 1, CastStatus.Cancelled, 0), Now)!;

        Assert.True(course.IsOver);
        Assert.Equal((CastStatus.Cancelled, "Enough."), (course.Outcome().Status, course.Outcome().Reason));
        Assert.Null(course.Cancel("Again."));
    }

    static CookCourse Course(int pieces, int concurrency, decimal tolerated = 0, decimal? budgetUsd = null, decimal estimateUsd = 0) => new(
        new CookPlan("main.cook-0000000000000000000", 1, pieces, concurrency) { Tolerated = tolerated, BudgetUsd = budgetUsd, EstimateUsd = estimateUsd },
        CookProgress.Of(pieces));

    static CookCourse Completed(CookCourse course, int piece, decimal costUsd = 0) => course.End(new PieceEnd(piece, 1, CastStatus.Completed, costUsd), Now)!;

    static CookCourse Failed(CookCourse course, int piece) => course.End(new PieceEnd(piece, 1, CastStatus.Failed, 0) { Code = "x" }, Now)!;
}
