using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Orchestrations.Support;
using Moq;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>Pause, resume and cancel, wherever they find a cast. They are no failures.</summary>
[Trait("Row", "DW05")]
public sealed class ControlTests
{
    [Fact]
    public async Task A_paused_cast_ends_the_attempt_that_runs_and_starts_nothing_until_it_is_resumed()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b")));
        var cast = Slow(script).At(0.5, CastAction.Pause, "lunch").At(100, CastAction.Resume);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal(101, cast.Elapsed.TotalSeconds);
        var told = script.Journal.Select(e => e.Id).ToList();
        Assert.Equal(["cast.paused:1", "step.ended:a", "cast.resumed:2", "step.started:b"], told.Where(id => id is "cast.paused:1" or "step.ended:a" or "cast.resumed:2" or "step.started:b"));
        Assert.Contains(cast.Reports, report => report.State == CastStatus.Paused);
        Assert.Equal("lunch", (string?)script.Journal.Single(e => e.Type == CastEvents.CastPaused).Data?["reason"]);
    }

    [Fact]
    public async Task A_pause_in_the_middle_of_a_retry_holds_the_next_attempt_back()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"))) { Tool = order => order.Attempt == 1 ? Script.Failed(transient: true) : Script.Done(order) };
        var cast = Slow(script).At(1.5, CastAction.Pause).At(50, CastAction.Resume);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal(51, cast.Elapsed.TotalSeconds);
        Assert.DoesNotContain(script.Journal, e => e.Type == CastEvents.StepFailed);
    }

    [Fact]
    public async Task Asking_twice_changes_nothing()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b")));
        var cast = Slow(script).At(0.1, CastAction.Resume).At(0.2, CastAction.Pause).At(0.3, CastAction.Pause).At(5, CastAction.Resume).At(5.5, CastAction.Resume);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal(["cast.paused", "cast.resumed"], script.Journal.Select(e => e.Type).Where(type => type is "cast.paused" or "cast.resumed"));
    }

    [Theory]
    [InlineData("run", "a completed", 1)]
    [InlineData("retry", "a cancelled", 1.5)]
    [InlineData("wait", "a cancelled", 1.5)]
    [InlineData("pause", "a completed", 1.5)]
    public async Task A_cancelled_cast_lets_the_attempt_that_runs_end_and_waits_for_nothing(string during, string ends, double seconds)
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b")))
        {
            Tool = order => during switch
            {
                "retry" => Script.Failed(transient: true, retryAfter: TimeSpan.FromDays(1)),
                "wait" => new AttemptOutcome { WaitsUntil = Script.Now.AddDays(1) },
                _ => Script.Done(order),
            },
        };
        var cast = Slow(script).At(during == "run" ? 0.5 : 1.5, CastAction.Cancel, "not needed");
        if (during == "pause")
        {
            cast.At(0.5, CastAction.Pause);
        }

        var (outcome, thrown) = await cast.RunAsync();

        Assert.Null(thrown);
        Assert.Equal(CastStatus.Cancelled, outcome?.Status);
        Assert.Equal(["a"], script.Attempts);
        Assert.Equal(ends, string.Join(' ', script.Journal.Where(e => e.Id.StartsWith("step.ended", StringComparison.Ordinal)).Select(e => $"{e.Step} {e.Type[5..]}")));
        Assert.Equal("not needed", script.Inputs<CastEnd>().Single().Reason);
        Assert.Equal(seconds, cast.Elapsed.TotalSeconds);
    }

    [Fact]
    public async Task Cancelling_a_step_for_each_ends_what_runs_and_starts_no_further_element()
    {
        var script = new Script(Planned.Sequence(Planned.ForEach("each", 2), Planned.Step("after"))) { Decide = _ => new StepDecision(true, 100) };
        var cast = Slow(script).At(2.5, CastAction.Cancel);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Cancelled, outcome?.Status);
        Assert.Equal(6, script.Attempts.Count);
        Assert.Equal("step.cancelled", script.Journal.Single(e => e.Id == "step.ended:each").Type);
    }

    [Fact]
    public async Task What_is_asked_while_a_cast_begins_comes_before_its_first_step()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a")));
        var cast = new SimulatedCast(script) { Takes = (_, _) => TimeSpan.FromSeconds(1) }.At(0.5, CastAction.Cancel);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Cancelled, outcome?.Status);
        Assert.Empty(script.Attempts);
    }

    [Fact]
    public async Task What_is_asked_is_passed_on_to_sub_casts()
    {
        var script = new Script(Planned.Sequence(Planned.SubCast("sub"))) { Tool = _ => Script.Failed(AttemptRun.CancelledCode) };
        var cast = new SimulatedCast(script) { SubCast = (TimeSpan.FromMinutes(2), () => new CastOutcome { Status = CastStatus.Completed }) }
            .At(5, CastAction.Pause).At(10, CastAction.Resume).At(15, CastAction.Cancel);

        var (outcome, _) = await cast.RunAsync();

        var child = $"{SimulatedCast.Id}~sub.1";
        Assert.Equal([$"cast {child}", $"send Pause to {child}", $"send Resume to {child}", $"send Cancel to {child}"], cast.Asked);
        Assert.Equal(CastStatus.Cancelled, outcome?.Status);
        Assert.Equal("step.cancelled", script.Journal.Single(e => e.Id == "step.ended:sub").Type);
    }

    [Fact]
    public async Task A_sub_cast_that_is_being_prepared_starts_when_the_cast_goes_on()
    {
        var script = new Script(Planned.Sequence(Planned.SubCast("sub")));
        var cast = new SimulatedCast(script) { Takes = (name, _) => TimeSpan.FromSeconds(name == nameof(PrepareSubCast) ? 10 : 0) }
            .At(5, CastAction.Pause).At(60, CastAction.Resume);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal(60, cast.Elapsed.TotalSeconds);
        Assert.Single(cast.Asked);
    }

    [Fact]
    public async Task A_sub_cast_that_was_being_prepared_when_the_cast_was_cancelled_is_told_at_once()
    {
        var script = new Script(Planned.Sequence(Planned.SubCast("sub"))) { Tool = _ => Script.Failed(AttemptRun.CancelledCode) };
        var cast = new SimulatedCast(script)
        {
            Takes = (name, _) => TimeSpan.FromSeconds(name == nameof(PrepareSubCast) ? 10 : 0),
            SubCast = (TimeSpan.FromMinutes(1), () => new CastOutcome { Status = CastStatus.Completed }),
        }.At(5, CastAction.Cancel);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Cancelled, outcome?.Status);
        Assert.Equal([$"cast {SimulatedCast.Id}~sub.1", $"send Cancel to {SimulatedCast.Id}~sub.1"], cast.Asked);
    }

    [Fact]
    [Trait("Row", "SP01")]
    public async Task A_sub_cast_that_somebody_else_has_cancelled_is_a_failure_of_its_step()
    {
        var script = new Script(Planned.Sequence(Planned.SubCast("sub"), Planned.Step("b"))) { Tool = _ => Script.Failed(AttemptRun.CancelledCode) };

        var (_, thrown) = await new SimulatedCast(script).RunAsync();

        Assert.IsType<CastFailedException>(thrown);
        Assert.Empty(script.Attempts);
        Assert.Equal("step.failed", script.Journal.Single(e => e.Id == "step.ended:sub").Type);
    }

    [Fact]
    public async Task What_cannot_be_read_is_not_obeyed_and_harms_nothing()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b")));
        var cast = new SimulatedCast(script);
        cast.Context
            .SetupSequence(context => context.WaitForExternalEvent<CastControl>(CastControl.EventName, It.IsAny<CancellationToken>()))
            .Returns(Task.FromException<CastControl>(new System.Text.Json.JsonException("'dance' is no action.")))
            .Returns(Task.FromResult<CastControl>(null!))
            .Returns(new TaskCompletionSource<CastControl>().Task);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
    }

    static SimulatedCast Slow(Script script) => new(script) { Takes = (name, _) => TimeSpan.FromSeconds(name == nameof(RunTool) ? 1 : 0) };
}
