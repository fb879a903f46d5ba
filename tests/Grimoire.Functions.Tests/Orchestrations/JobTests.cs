using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Orchestrations.Support;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>A step whose tool has started a job: whatever comes of it, it ends, once.</summary>
public sealed class JobTests
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    [Trait("Row", "SP12")]
    [Trait("Row", "AZ03")]
    public async Task A_callback_ends_the_step_and_the_next_one_starts()
    {
        var script = Waiting(Until(Hour));
        var cast = new SimulatedCast(script).Calls(90, "a");

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal(["a", "b"], script.Attempts);
        Assert.Equal("done", (string?)script.Inputs<StepRequest>().Last().Views["a"].Output?.Value);
        Assert.Equal(TimeSpan.FromSeconds(90), cast.Elapsed);
        var waits = cast.Reports.First(report => report.Running.Any(step => step.WaitsUntil is not null)).Running[0];
        Assert.Equal((WaitReason.Job, Script.Now + Hour), (waits.WaitsFor, waits.WaitsUntil));
    }

    [Theory]
    [Trait("Row", "SP20")]
    [InlineData(1)]
    [InlineData(5)]
    public async Task However_often_it_calls_the_step_ends_once(int times)
    {
        var script = Waiting(Until(Hour));
        var cast = new SimulatedCast(script);
        for (var call = 0; call < times; call++)
        {
            cast.Calls(10, "a");
        }

        await cast.RunAsync();

        Assert.Equal(["a", "b"], script.Attempts);
        Assert.Single(script.Inputs<JobQuestion>());
        Assert.Single(script.Journal, e => e is { Type: CastEvents.StepCompleted, Step: "a" });
    }

    [Fact]
    [Trait("Row", "SP26")]
    public async Task A_callback_that_came_before_anybody_waited_is_heard()
    {
        var script = Waiting(Until(Hour));
        var cast = new SimulatedCast(script) { Takes = (activity, _) => activity == nameof(RunTool) ? TimeSpan.FromSeconds(30) : TimeSpan.Zero };

        await cast.Calls(5, "a").RunAsync();

        Assert.Equal(["a", "b"], script.Attempts);
    }

    [Fact]
    public async Task A_callback_that_may_have_come_before_anybody_knew_whose_it_was_is_looked_for()
    {
        var script = Waiting(Until(Hour) with { LooksFirst = true });

        await new SimulatedCast(script).RunAsync();

        Assert.Equal(["a", "b"], script.Attempts);
        Assert.False(Assert.Single(script.Inputs<JobQuestion>()).Ask);
    }

    [Fact]
    [Trait("Row", "SP28")]
    public async Task A_job_whose_time_is_over_fails_and_is_retried()
    {
        var script = Waiting(Until(Hour), until: attempt => Script.Now + (Hour * attempt * 2));

        await new SimulatedCast(script).Calls(9000, "a", attempt: 2).RunAsync();

        Assert.Equal(["a", "a#2", "b"], script.Attempts);
        Assert.Equal(JobEndReason.TimeIsOver, Assert.Single(script.Inputs<JobEnd>()).Why);
    }

    [Fact]
    [Trait("Row", "SP28")]
    public async Task A_step_whose_time_is_over_is_told_from_a_job_whose_time_is()
    {
        var script = new Script(Planned.Sequence(Planned.Once("a") with { Timeout = Hour }))
        {
            Tool = order => new AttemptOutcome { Job = new JobWait(order.Deadline!.Value) },
        };

        await new SimulatedCast(script).RunAsync();

        Assert.Equal(JobEndReason.StepIsOver, Assert.Single(script.Inputs<JobEnd>()).Why);
    }

    [Fact]
    [Trait("Row", "UX09")]
    public async Task A_late_callback_costs_time_and_not_the_cast()
    {
        var script = Waiting(Until(Hour) with { AskFrom = Script.Now.AddMinutes(2), Pauses = new AskPauses() });
        var cast = new SimulatedCast(script) { Polling = (TimeSpan.FromMinutes(3), order => script.Settle(order.Attempt)) };

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal(["poll main-0000000000000000000~a.1.poll"], cast.Asked.Where(asked => asked.StartsWith("poll", StringComparison.Ordinal)));
        Assert.Equal(TimeSpan.FromMinutes(5), cast.Elapsed);
    }

    [Fact]
    [Trait("Row", "UX09")]
    public async Task A_callback_that_comes_while_the_provider_is_asked_ends_the_asking()
    {
        var script = Waiting(Until(Hour) with { AskFrom = Script.Now.AddMinutes(2), Pauses = new AskPauses() });
        var cast = new SimulatedCast(script) { Polling = (TimeSpan.FromMinutes(50), _ => new AttemptOutcome()) };

        await cast.Calls(180, "a").RunAsync();

        Assert.Equal(["a", "b"], script.Attempts);
        Assert.Contains("stop main-0000000000000000000~a.1.poll", cast.Asked);
    }

    [Theory]
    [InlineData(null, JobEndReason.Silence)]
    [InlineData(55, JobEndReason.TimeIsOver)]
    public async Task Silence_ends_a_job_unless_there_was_a_sign_of_life(int? heardAt, JobEndReason why)
    {
        var script = new Script(Planned.Sequence(Planned.Once("a")))
        {
            Tool = _ => new AttemptOutcome { Job = Until(TimeSpan.FromMinutes(100)) with { Heartbeat = Hour } },
            Job = _ => new JobAnswer { HeardAt = heardAt is { } minutes ? Script.Now.AddMinutes(minutes) : null },
        };

        await new SimulatedCast(script).RunAsync();

        Assert.Equal(why, Assert.Single(script.Inputs<JobEnd>()).Why);
    }

    [Fact]
    public async Task What_a_job_has_made_is_tried_to_be_had_again()
    {
        var script = new Script(Planned.Sequence(Planned.Once("a")))
        {
            Tool = _ => new AttemptOutcome { Job = Until(Hour) },
            Job = question => question.Try < 3 ? new JobAnswer { CollectAgain = true } : Done(),
        };

        var (outcome, _) = await new SimulatedCast(script).Calls(1, "a").RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
        Assert.Equal([1, 2, 3], script.Inputs<JobQuestion>().Select(question => question.Try));
    }

    [Fact]
    [Trait("Row", "SP20")]
    public async Task A_callback_that_is_repeated_does_not_use_up_the_tries()
    {
        var script = new Script(Planned.Sequence(Planned.Once("a")))
        {
            Tool = _ => new AttemptOutcome { Job = Until(Hour) },
            Job = question => question.Try < 3 ? new JobAnswer { CollectAgain = true } : Done(),
        };
        var cast = new SimulatedCast(script);
        for (var call = 1; call <= 8; call++)
        {
            cast.Calls(call / 2.0, "a");
        }

        await cast.RunAsync();

        // The first at once, the next after 5 and 10 seconds more.
        Assert.Equal(TimeSpan.FromSeconds(15.5), cast.Elapsed);
        Assert.Equal(3, script.Inputs<JobQuestion>().Max(question => question.Try));
    }

    [Fact]
    [Trait("Row", "SP11")]
    public async Task What_a_job_that_was_given_up_has_cost_is_asked_for_again_at_the_end()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b")))
        {
            Tool = order => order is { Step: "a", Attempt: 1 } ? new AttemptOutcome { Job = Until(Hour) } : Script.Done(order) with { CostUsd = 1 },
            Cost = attempt => attempt is { Step: "a", Number: 1 } ? 5 : 1,
        };

        var (outcome, _) = await new SimulatedCast(script).RunAsync();

        Assert.Equal(7, outcome?.CostUsd);
    }

    [Fact]
    [Trait("Row", "DW05")]
    public async Task A_cast_that_is_cancelled_does_not_wait_for_its_job()
    {
        var script = Waiting(Until(Hour));
        var cast = new SimulatedCast(script).At(30, CastAction.Cancel);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal(CastStatus.Cancelled, outcome?.Status);
        Assert.Equal(JobEndReason.Cancelled, Assert.Single(script.Inputs<JobEnd>()).Why);
        Assert.DoesNotContain(script.Journal, e => e.Type == CastEvents.StepFailed);
        Assert.Equal(TimeSpan.FromSeconds(30), cast.Elapsed);
    }

    [Fact]
    public async Task Jobs_of_many_elements_end_each_by_its_own_callback()
    {
        var script = new Script(Planned.Sequence(Planned.ForEach("a", 3)))
        {
            Decide = _ => new StepDecision(true, 3),
            Tool = _ => new AttemptOutcome { Job = Until(Hour) },
            Job = question => new JobAnswer { Outcome = new AttemptOutcome { Output = new Payload { Value = question.Attempt.Item } } },
        };
        var cast = new SimulatedCast(script).Calls(30, "a", item: 0).Calls(10, "a", item: 2).Calls(20, "a", item: 1);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal("[0,1,2]", outcome?.Output.Value?.ToJsonString());
        Assert.Equal(TimeSpan.FromSeconds(30), cast.Elapsed);
    }

    static JobWait Until(TimeSpan time) => new(Script.Now + time);

    static JobAnswer Done() => new() { Outcome = new AttemptOutcome { Output = new Payload { Value = "done" } } };

    /// <summary>Step a starts a job, and b follows.</summary>
    static Script Waiting(JobWait wait, Func<int, DateTimeOffset>? until = null) => new(Planned.Sequence(Planned.Step("a"), Planned.Step("b")))
    {
        Tool = order => order.Step != "a" ? Script.Done(order) : new AttemptOutcome { Job = until is null ? wait : wait with { Until = until(order.Attempt) } },
        Job = _ => Done(),
    };
}
