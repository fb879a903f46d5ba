using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Orchestrations.Support;

namespace Grimoire.Functions.Tests.Orchestrations;

[Trait("Row", "KZ02")]
public sealed class TimeoutTests
{
    [Fact]
    public async Task A_step_is_told_when_it_has_to_be_done()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a") with { Timeout = TimeSpan.FromMinutes(1) }, Planned.Step("b")) with { Timeout = TimeSpan.FromMinutes(5) });

        await new SimulatedCast(script).RunAsync();

        Assert.Equal(
            [Script.Now.AddMinutes(1), Script.Now.AddMinutes(5)],
            script.Inputs<StepRequest>().Select(order => order.Deadline!.Value));
    }

    [Fact]
    public async Task A_step_does_not_pause_beyond_its_time()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a") with { Timeout = TimeSpan.FromSeconds(5) })) { Tool = _ => Script.Failed(transient: true) };
        var cast = new SimulatedCast(script);

        await cast.RunAsync();

        Assert.Equal(["timer 2"], cast.Asked);
        var failure = script.Inputs<CastEnd>().Single().Failure!;
        Assert.Equal(("step.timeout", "http.status"), (failure.Code, failure.Cause?.Code));
    }

    [Fact]
    public async Task A_step_does_not_wait_beyond_its_time()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a") with { Timeout = TimeSpan.FromSeconds(5) }))
        {
            Tool = _ => new AttemptOutcome { WaitsUntil = Script.Now.AddDays(1) },
        };
        var cast = new SimulatedCast(script);

        await cast.RunAsync();

        Assert.Equal(5, cast.Elapsed.TotalSeconds);
        Assert.True(script.Inputs<WaitEnd>().Single().Cancelled);
        Assert.Equal("step.timeout", script.Inputs<CastEnd>().Single().Failure?.Code);
    }

    [Fact]
    public async Task A_sub_cast_is_told_to_end_when_the_time_for_its_step_is_over()
    {
        var script = new Script(Planned.Sequence(Planned.SubCast("sub") with { Timeout = TimeSpan.FromSeconds(5) })) { Tool = _ => Script.Failed(AttemptRun.CancelledCode) };
        var cast = new SimulatedCast(script) { SubCast = (TimeSpan.FromMinutes(2), () => new CastOutcome { Status = CastStatus.Completed }) };

        await cast.RunAsync();

        var child = $"{SimulatedCast.Id}~sub.1";
        Assert.Equal([$"cast {child}", "timer 5", $"send Cancel to {child}"], cast.Asked);
        Assert.Equal("step.timeout", script.Inputs<CastEnd>().Single().Failure?.Code);
    }

    [Fact]
    public async Task A_sub_cast_that_is_in_time_leaves_no_timer_behind()
    {
        var script = new Script(Planned.Sequence(Planned.SubCast("sub") with { Timeout = TimeSpan.FromMinutes(5) }));
        var cast = new SimulatedCast(script) { SubCast = (TimeSpan.FromSeconds(2), () => new CastOutcome { Status = CastStatus.Completed }) };

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal(2, cast.Elapsed.TotalSeconds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cast_that_takes_too_long_fails_whatever_it_waits_for(bool paused)
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b")) with { Timeout = TimeSpan.FromMinutes(1) })
        {
            Tool = order => order.Step == "a" && !paused ? new AttemptOutcome { WaitsUntil = Script.Now.AddDays(1) } : Script.Done(order),
        };
        var cast = new SimulatedCast(script) { Takes = (name, _) => TimeSpan.FromSeconds(name == nameof(RunTool) ? 1 : 0) };
        if (paused)
        {
            cast.At(0.5, CastAction.Pause);
        }

        await cast.RunAsync();

        Assert.Equal(60, cast.Elapsed.TotalSeconds);
        Assert.Equal(["a"], script.Attempts);
        Assert.Equal("cast.timeout", script.Inputs<CastEnd>().Single().Failure?.Code);
    }

    [Fact]
    public async Task A_cast_that_takes_too_long_ends_its_sub_casts()
    {
        var script = new Script(Planned.Sequence(Planned.SubCast("sub")) with { Timeout = TimeSpan.FromSeconds(5) }) { Tool = _ => Script.Failed(AttemptRun.CancelledCode) };
        var cast = new SimulatedCast(script) { SubCast = (TimeSpan.FromMinutes(2), () => new CastOutcome { Status = CastStatus.Completed }) };

        await cast.RunAsync();

        Assert.Equal(["timer 5", $"cast {SimulatedCast.Id}~sub.1", $"send Cancel to {SimulatedCast.Id}~sub.1"], cast.Asked);
        Assert.Equal("cast.timeout", script.Inputs<CastEnd>().Single().Failure?.Code);
    }
}
