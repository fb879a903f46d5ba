using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Grimoire.Casts;
using Grimoire.Spells;

namespace Grimoire.Tests.Casts;

/// <summary>Whatever comes, and in whatever order: what has ended stays as it has ended.</summary>
[Trait("Row", "KZ01")]
public sealed class AllowedTransitionsTests
{
    static readonly string[] OfCasts =
        [CastEvents.CastStarted, CastEvents.CastPaused, CastEvents.CastResumed, CastEvents.CastCompleted, CastEvents.CastFailed, CastEvents.CastCancelled];

    static readonly string[] OfSteps =
    [
        CastEvents.StepStarted, CastEvents.StepSkipped, CastEvents.StepReused, CastEvents.StepCompleted, CastEvents.StepFailed, CastEvents.StepCancelled,
        CastEvents.AttemptStarted, CastEvents.AttemptRetrying, CastEvents.AttemptFailed, CastEvents.AttemptLate,
    ];

    /// <summary>Which statuses may come next; all others are the last.</summary>
    static readonly Dictionary<CastStatus, CastStatus[]> AfterCast = new()
    {
        [CastStatus.Pending] = [CastStatus.Running, CastStatus.Paused, CastStatus.Completed, CastStatus.Failed, CastStatus.Cancelled],
        [CastStatus.Running] = [CastStatus.Paused, CastStatus.Completed, CastStatus.Failed, CastStatus.Cancelled],
        [CastStatus.Paused] = [CastStatus.Running, CastStatus.Completed, CastStatus.Failed, CastStatus.Cancelled],
    };

    static readonly Dictionary<StepStatus, StepStatus[]> AfterStep = new()
    {
        [StepStatus.Pending] = [StepStatus.Running, StepStatus.Caught, StepStatus.Completed, StepStatus.Skipped, StepStatus.Failed, StepStatus.Cancelled],
        [StepStatus.Running] = [StepStatus.Caught, StepStatus.Completed, StepStatus.Skipped, StepStatus.Failed, StepStatus.Cancelled],
        [StepStatus.Caught] = [StepStatus.Completed, StepStatus.Skipped, StepStatus.Failed, StepStatus.Cancelled],
    };

    [Fact]
    public void A_journal_in_any_order_never_takes_a_cast_or_a_step_out_of_its_end()
    {
        (string Type, string? Step)[] all = [.. OfCasts.Select(type => (type, (string?)null)), .. OfSteps.Select(type => (type, "a")), .. OfSteps.Select(type => (type, "b"))];

        Prop.ForAll(Gen.Elements(all).ListOf(14).Select(list => list.ToList()).ToArbitrary(), list =>
        {
            var events = list.Select((kind, i) => Event(kind.Type, kind.Step, i)).ToList();
            var before = View([]);
            for (var count = 1; count <= events.Count; count++)
            {
                var after = View(events.Take(count));
                AssertAllowed(AfterCast, before.Status, after.Status);
                Assert.True(before.EndedAt is null || before.EndedAt == after.EndedAt, "It ended at another time.");
                Assert.Equal(after.Status is CastStatus.Completed or CastStatus.Failed or CastStatus.Cancelled, after.EndedAt is not null);
                foreach (var (was, step) in before.Steps.Zip(after.Steps))
                {
                    // A cast that completes shows a step that nobody needed as skipped, until that one says what became of it.
                    if (was.EndedAt is not null)
                    {
                        AssertAllowed(AfterStep, was.Status, step.Status);
                        Assert.Equal((was.EndedAt, (DateTimeOffset?)null), (step.EndedAt, step.RetryAt));
                    }
                }

                before = after;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void A_course_never_takes_a_step_out_of_its_end_whatever_it_is_told()
    {
        var told = Gen.Choose(0, 5).Zip(Gen.Elements("a", "b", "plan-b")).ListOf(14).Select(list => list.ToList());

        Prop.ForAll(told.ToArbitrary(), list =>
        {
            var course = Plans.Course(Plans.Step("a") with { Catch = [new CatchClause { Errors = ["http.*"], Step = "plan-b" }] }, Plans.Step("plan-b"), Plans.Step("b"));
            foreach (var (call, step) in list)
            {
                var before = course.Views(["a", "b", "plan-b"]);
                var (settled, failure) = (course.Settled, course.Failure);
                Tell(course, call, step);

                Assert.True(failure is null || failure == course.Failure, "Its first failure is not the one that counts.");
                Assert.True(settled <= course.Settled);
                foreach (var (id, after) in course.Views(["a", "b", "plan-b"]))
                {
                    AssertAllowed(AfterStep, before[id].Status, after.Status);
                    Assert.True(AfterStep.ContainsKey(before[id].Status) || before[id] == after, $"Step '{id}' came to something else after its end.");
                }
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Theory]
    [InlineData(CastEvents.CastCompleted, CastStatus.Completed)]
    [InlineData(CastEvents.CastFailed, CastStatus.Failed)]
    [InlineData(CastEvents.CastCancelled, CastStatus.Cancelled)]
    public void A_pause_that_is_told_of_late_does_not_wake_a_cast_that_has_ended(string end, CastStatus status)
    {
        var view = View([CastEvents.Started(Plans.Now, 2), CastEvents.Ended(end, Plans.Now, 0), CastEvents.Turned(CastEvents.CastPaused, Plans.Now, 1, null, null)]);

        Assert.Equal(status, view.Status);
    }

    [Fact]
    public void A_step_that_has_started_cannot_start_again()
    {
        var course = Plans.Course(Plans.Step("a"));
        course.Start("a");

        var error = Assert.Throws<InvalidOperationException>(() => course.Start("a"));

        Assert.Equal("Step 'a' cannot start: it is running.", error.Message);
    }

    static void Tell(CastCourse course, int call, string step)
    {
        switch (call)
        {
            case 0 when course.StatusOf(step) == StepStatus.Pending:
                course.Start(step);
                break;
            case 1:
                course.Complete(step, new Payload { Value = step });
                break;
            case 2:
                course.Skip(step);
                break;
            case 3:
                course.Cancel(step);
                break;
            case 4:
                course.Fail(step, Plans.Failure(step));
                break;
            case 5:
                course.Fail(step, Plans.Failure(step, "storage.unavailable"), mayBeCaught: false);
                break;
        }
    }

    static void AssertAllowed<T>(Dictionary<T, T[]> next, T before, T after)
        where T : struct, Enum =>
        Assert.True(before.Equals(after) || (next.TryGetValue(before, out var allowed) && allowed.Contains(after)), $"It was {before} and became {after}.");

    static CastView View(IEnumerable<CastEvent> events) => CastView.Of(Plans.Manifest(Plans.Step("a"), Plans.Step("b")), events);

    /// <summary>Each with an id of its own, so that it is the order that counts and not that the same is told twice.</summary>
    static CastEvent Event(string type, string? step, int number) => new($"{number}", type, Plans.Now.AddSeconds(number))
    {
        Step = step,
        Attempt = type.StartsWith("attempt.", StringComparison.Ordinal) ? 1 : null,
        Data = type == CastEvents.AttemptRetrying ? new JsonObject { ["at"] = "2030-01-01T00:00:09Z" } : null,
    };
}
