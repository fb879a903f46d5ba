using System.Text.Json.Nodes;
using Grimoire.Casts;

namespace Grimoire.Tests.Casts;

public sealed class CastViewTests
{
    static readonly AttemptKey First = new("main-0000000000000000000", "a", null, 1);

    [Fact]
    public void Before_anything_has_happened_it_is_pending_with_all_its_steps()
    {
        var view = CastView.Of(Plans.Manifest(Plans.Step("a"), Plans.Step("b")), []);

        Assert.Equal(CastStatus.Pending, view.Status);
        Assert.Equal(["a", "b"], view.Steps.Select(step => step.Id));
    }

    [Fact]
    [Trait("Row", "SP11")]
    [Trait("Row", "SP20")]
    public void An_event_that_is_written_many_times_counts_once()
    {
        var succeeded = Attempt(1) with { Status = AttemptStatus.Succeeded, CostUsd = 0.25m, EndedAt = Plans.Now };
        var events = CastEvents.Of(succeeded, endsStep: true).ToList();

        var view = CastView.Of(Plans.Manifest(Plans.Step("a")), [.. events, .. events, .. events]);

        Assert.Equal(0.25m, view.CostUsd);
        Assert.Equal(1, view.Steps[0].Attempts);
        Assert.Equal(StepStatus.Completed, view.Steps[0].Status);
    }

    [Fact]
    [Trait("Row", "SP11")]
    public void The_cost_is_the_sum_of_all_attempts_failed_ones_too()
    {
        var failed = Attempt(1) with { Status = AttemptStatus.Failed, CostUsd = 0.10m, EndedAt = Plans.Now, Failure = Plans.Failure("a") };
        var succeeded = Attempt(2) with { Status = AttemptStatus.Succeeded, CostUsd = 0.20m, EndedAt = Plans.Now };

        var view = CastView.Of(Plans.Manifest(Plans.Step("a")), [.. CastEvents.Of(failed, true), .. CastEvents.Of(succeeded, true)]);

        Assert.Equal(0.30m, view.CostUsd);
        Assert.Equal(2, view.Steps[0].Attempts);
        Assert.Null(view.Steps[0].Failure);
    }

    [Fact]
    public void A_step_tells_the_question_that_is_open_for_longest()
    {
        var key = (int item) => First with { Item = item };
        var events = new List<CastEvent> { CastEvents.Started(Plans.Now, 1) };
        events.AddRange(((int[])[2, 0, 1]).Select(item =>
            CastEvents.Attempt(CastEvents.ApprovalRequested, key(item), Plans.Now, new { question = $"Print {item}?", until = Plans.Now.AddHours(1) })));

        Assert.Equal(new StepWait("approval", Plans.Now.AddHours(1)) { Item = 2, Question = "Print 2?" }, Waits());
        events.Add(CastEvents.Attempt(CastEvents.ApprovalAnswered, key(2), Plans.Now));
        Assert.Equal(0, Waits()?.Item);
        events.Add(CastEvents.Attempt(CastEvents.AttemptCompleted, key(0), Plans.Now));
        Assert.Equal("Print 1?", Waits()?.Question);
        events.Add(CastEvents.Ended(CastEvents.CastCancelled, Plans.Now, 0, null));
        Assert.Null(Waits());

        StepWait? Waits() => CastView.Of(Plans.Manifest(Plans.Step("a")), events).Steps[0].Waits;
    }

    [Fact]
    public void A_job_tells_what_its_provider_says_of_it()
    {
        CastEvent[] events =
        [
            CastEvents.Attempt(CastEvents.JobStarted, First, Plans.Now, new { runId = "r-1", until = Plans.Now.AddHours(1) }),
            CastEvents.Attempt(CastEvents.JobProgress, First, Plans.Now, new { state = "drawing", progress = 0.5 }, "1"),
        ];

        var waits = CastView.Of(Plans.Manifest(Plans.Step("a")), events).Steps[0].Waits;

        Assert.Equal(new StepWait("job", Plans.Now.AddHours(1)) { RunId = "r-1", State = "drawing", Progress = 0.5 }, waits);
    }

    [Fact]
    [Trait("Row", "SP03")]
    [Trait("Row", "SP31")]
    public void A_failed_cast_says_why_and_when()
    {
        var failure = Plans.Failure("a") with { Attempt = 3, Tool = "noop", Phase = Phase.Execute };
        var view = CastView.Of(
            Plans.Manifest(Plans.Step("a")),
            [CastEvents.Started(Plans.Now, 1), CastEvents.Ended(CastEvents.CastFailed, Plans.Now.AddSeconds(5), 0, failure)]);

        Assert.Equal(CastStatus.Failed, view.Status);
        Assert.Equal(Plans.Now.AddSeconds(5), view.EndedAt);
        Assert.Equal(failure, view.Failure);
    }

    [Fact]
    [Trait("Row", "DW04")]
    public void A_step_that_failed_before_it_started_is_shown_as_failed()
    {
        var view = CastView.Of(
            Plans.Manifest(Plans.Step("a"), Plans.Step("b")),
            [CastEvents.Started(Plans.Now, 2), CastEvents.Ended(CastEvents.CastFailed, Plans.Now, 0, Plans.Failure("b"))]);

        Assert.Equal(StepStatus.Pending, view.Steps[0].Status);
        Assert.Equal(StepStatus.Failed, view.Steps[1].Status);
    }

    [Fact]
    [Trait("Row", "DW05")]
    public void Pausing_resuming_and_cancelling_are_no_failures()
    {
        List<CastEvent> events = [CastEvents.Started(Plans.Now, 1), CastEvents.Turned(CastEvents.CastPaused, Plans.Now, 1, "ann", "lunch")];
        var manifest = Plans.Manifest(Plans.Step("a"));

        Assert.Equal(CastStatus.Paused, CastView.Of(manifest, events).Status);
        events.Add(CastEvents.Turned(CastEvents.CastResumed, Plans.Now, 2, null, null));
        Assert.Equal(CastStatus.Running, CastView.Of(manifest, events).Status);
        events.Add(CastEvents.Step(CastEvents.StepCancelled, "a", Plans.Now));
        events.Add(CastEvents.Ended(CastEvents.CastCancelled, Plans.Now, 0, reason: "not needed"));
        var view = CastView.Of(manifest, events);
        Assert.Equal(CastStatus.Cancelled, view.Status);
        Assert.Equal("not needed", view.Reason);
        Assert.Null(view.Failure);
        Assert.Null(view.Steps[0].Failure);
    }

    [Fact]
    [Trait("Row", "DW02")]
    public void A_step_ends_once_whoever_says_so_first()
    {
        var completed = CastEvents.Step(CastEvents.StepCompleted, "a", Plans.Now, new { costUsd = 0.1m });
        var failed = CastEvents.Step(CastEvents.StepFailed, "a", Plans.Now, new { failure = Plans.Failure("a") });

        var view = CastView.Of(Plans.Manifest(Plans.Step("a")), [completed, failed]);

        Assert.Equal(StepStatus.Completed, view.Steps[0].Status);
    }

    [Fact]
    public void Costs_of_elements_add_up_in_their_step()
    {
        var events = Enumerable.Range(0, 3).SelectMany(i => CastEvents.Of(
            Attempt(1) with { Item = i, Status = AttemptStatus.Succeeded, CostUsd = 0.1m, EndedAt = Plans.Now }, endsStep: false));

        var view = CastView.Of(Plans.Manifest(Plans.Step("a")), [.. events, CastEvents.Step(CastEvents.StepCompleted, "a", Plans.Now, new { items = 3 })]);

        Assert.Equal(0.3m, view.Steps[0].CostUsd);
        Assert.Equal(0.3m, view.CostUsd);
    }

    [Fact]
    [Trait("Row", "NX04")]
    public void An_attempt_tells_its_story_in_order()
    {
        var record = Attempt(1) with
        {
            Status = AttemptStatus.Succeeded,
            EndedAt = Plans.Now,
            Usage = [new ModelUsage("m", 10, 20, 0.01m), new ModelUsage("m", 1, 2, null)],
            Artifacts = [new StoredArtifact("a/x.md", "text/markdown", 3, "00", "c", "a", 1, "/u")],
        };

        var types = CastEvents.Of(record, endsStep: true).Select(e => e.Type);

        Assert.Equal(["step.started", "attempt.started", "llm.usage", "llm.usage", "artifact.stored", "step.completed"], types);
        Assert.Equal(6, CastEvents.Of(record, true).Select(e => e.Id).Distinct().Count());
    }

    static AttemptRecord Attempt(int number) => new()
    {
        CastId = First.CastId,
        Step = "a",
        Attempt = number,
        Tool = "noop",
        Status = AttemptStatus.Running,
        IdempotencyKey = (First with { Number = number }).IdempotencyKey,
        StartedAt = Plans.Now,
        Input = new JsonObject(),
    };
}
