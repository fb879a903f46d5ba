using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Orchestrations.Support;
using Microsoft.DurableTask;
using Moq;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>How often a step is tried, with which pauses, and what an attempt may need before it has an outcome.</summary>
public sealed class RetryTests
{
    [Fact]
    [Trait("Row", "KZ06")]
    [Trait("Row", "KZ13")]
    public async Task A_transient_failure_is_followed_by_further_attempts_after_the_declared_pauses()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"))) { Tool = order => order.Attempt < 4 ? Script.Failed(transient: true) : Script.Done(order) };
        var cast = new SimulatedCast(script);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal("a#4", (string?)outcome?.Output.Value);
        Assert.Equal(["timer 2", "timer 6", "timer 10"], cast.Asked);
        Assert.Equal(3, script.Journal.Count(e => e.Type == CastEvents.AttemptRetrying));
    }

    [Fact]
    [Trait("Row", "KZ06")]
    public async Task After_the_last_attempt_the_step_fails()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b"))) { Tool = _ => Script.Failed(transient: true) };

        await new SimulatedCast(script).RunAsync();

        Assert.Equal(["a", "a#2", "a#3", "a#4"], script.Attempts);
        Assert.Equal(4, script.Inputs<CastEnd>().Single().Failure?.Attempt);
    }

    [Fact]
    public async Task Nobody_waits_for_the_next_attempt_of_an_element_when_another_has_failed()
    {
        var script = new Script(Planned.Sequence(Planned.ForEach("a", 2)))
        {
            Decide = _ => new StepDecision(true, 2),
            Tool = order => Script.Failed(transient: order.Item == 0, retryAfter: TimeSpan.FromHours(1)),
        };
        var cast = new SimulatedCast(script) { Takes = (activity, input) => input is StepRequest { Item: 1 } && activity == nameof(RunTool) ? TimeSpan.FromSeconds(5) : TimeSpan.Zero };

        await cast.RunAsync();

        Assert.Equal(["a[0]", "a[1]"], script.Attempts);
        Assert.Equal((1, TimeSpan.FromSeconds(5)), (script.Inputs<CastEnd>().Single().Failure!.Item, cast.Elapsed));
    }

    [Theory]
    [InlineData(typeof(StorageException), true)]
    [InlineData(typeof(TimeoutException), true)]
    [InlineData(typeof(CastGoneException), false)]
    [InlineData(typeof(InvalidDataException), false)]
    [InlineData(typeof(ArgumentOutOfRangeException), false)]
    public void A_durable_call_is_made_again_if_that_may_help(Type thrown, bool again)
    {
        var details = new TaskFailureDetails(thrown.FullName!, "It broke.", null, null, null);

        Assert.Equal(again, Policies.Bookkeeping.Retry!.Policy!.Handle(new TaskFailedException("x", 1, details)));
    }

    [Fact]
    [Trait("Row", "KZ13")]
    public async Task A_permanent_failure_is_not_retried()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"))) { Tool = _ => Script.Failed(transient: false) };
        var cast = new SimulatedCast(script);

        await cast.RunAsync();

        Assert.Equal(["a"], script.Attempts);
        Assert.Empty(cast.Asked);
    }

    [Fact]
    public async Task A_provider_that_says_when_to_come_back_is_believed()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a")))
        {
            Tool = order => order.Attempt == 1 ? Script.Failed(transient: true, retryAfter: TimeSpan.FromSeconds(45)) : Script.Done(order),
        };
        var cast = new SimulatedCast(script);

        await cast.RunAsync();

        Assert.Equal(["timer 45"], cast.Asked);
    }

    [Theory]
    [InlineData("http.*", 600, 1)]
    [InlineData("tool.rejected", 600, 4)]
    [InlineData("tool.rejected", 9, 3)]
    public async Task What_is_excepted_or_later_than_allowed_is_not_retried(string except, int within, int attempts)
    {
        var retry = Planned.Retry with { Except = [except], Within = TimeSpan.FromSeconds(within) };
        var script = new Script(Planned.Sequence(Planned.Step("a") with { Retry = retry })) { Tool = _ => Script.Failed(transient: true) };

        await new SimulatedCast(script).RunAsync();

        Assert.Equal(attempts, script.Attempts.Count);
    }

    [Fact]
    [Trait("Row", "AZ02")]
    public async Task A_step_is_an_activity_called_under_the_policy_that_it_declares()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a") with { Retry = Planned.Retry with { MaxAttempts = 9 } }));
        var cast = new SimulatedCast(script);

        await cast.RunAsync();

        cast.Context.Verify(
            context => context.CallActivityAsync<AttemptOutcome>(
                nameof(RunTool), It.Is<object>(order => ((StepRequest)order).Step == "a"), It.Is<TaskOptions>(options => IsDeclared(options.Retry!.Policy!))),
            Times.Once);
    }

    [Fact]
    public async Task A_policy_whose_first_interval_is_the_longest_is_kept_to()
    {
        var retry = Planned.Retry with { FirstInterval = TimeSpan.FromMinutes(5), MaxInterval = TimeSpan.FromMinutes(1) };
        var script = new Script(Planned.Sequence(Planned.Step("a") with { Retry = retry }));

        var (outcome, _) = await new SimulatedCast(script).RunAsync();

        Assert.Equal(CastStatus.Completed, outcome?.Status);
    }

    [Theory]
    [InlineData("Grimoire.Functions.Storage.StorageException", "storage.unavailable", Phase.Store)]
    [InlineData("System.InvalidOperationException", "step.crashed", Phase.Execute)]
    [Trait("Row", "SP06")]
    [Trait("Row", "DW01")]
    [Trait("Row", "DW02")]
    public async Task An_activity_that_keeps_throwing_is_a_failure_of_its_step(string type, string code, Phase phase)
    {
        Assert.Equal("Grimoire.Functions.Storage.StorageException", typeof(StorageException).FullName);
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b")))
        {
            Before = (activity, _) => Throw(activity == nameof(RunTool), type),
        };

        var (_, thrown) = await new SimulatedCast(script).RunAsync();

        Assert.IsType<CastFailedException>(thrown);
        var failure = script.Inputs<CastEnd>().Single().Failure!;
        Assert.Equal((code, phase, "a", 1), (failure.Code, failure.Phase, failure.Step, failure.Attempt));
        Assert.Equal(["step.started", "step.failed", "cast.failed"], script.Journal.Select(e => e.Type));
    }

    [Fact]
    public async Task An_attempt_that_somebody_else_runs_is_asked_after_when_he_may_be_taken_for_dead()
    {
        var asked = 0;
        var script = new Script(Planned.Sequence(Planned.Step("a")))
        {
            Tool = order => ++asked == 1 ? new AttemptOutcome { BusyUntil = Script.Now.AddSeconds(30) } : Script.Done(order),
        };
        var cast = new SimulatedCast(script);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal("a#1", (string?)outcome?.Output.Value);
        Assert.Equal(["timer 30"], cast.Asked);
    }

    [Fact]
    [Trait("Row", "KZ16")]
    public async Task An_attempt_whose_tool_is_left_alone_is_asked_for_again_and_uses_up_no_other()
    {
        var asked = 0;
        var script = new Script(Planned.Sequence(Planned.Step("a")))
        {
            Tool = order => ++asked < 3 ? new AttemptOutcome { OpenUntil = Script.Now.AddSeconds(30 * asked) } : Script.Done(order),
        };
        var cast = new SimulatedCast(script);

        var (outcome, _) = await cast.RunAsync();

        Assert.Equal("a#1", (string?)outcome?.Output.Value);
        Assert.Equal(["timer 30", "timer 30"], cast.Asked);
        Assert.Equal([(1, false), (1, true), (1, true)], script.ToolOrders.Select(order => (order.Attempt, order.IsHeld)));
        Assert.DoesNotContain(CastEvents.AttemptRetrying, script.Journal.Select(e => e.Type));
    }

    [Fact]
    public async Task A_step_that_waits_goes_on_when_its_time_has_come()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"), Planned.Step("b")))
        {
            Tool = order => order.Step == "a" ? new AttemptOutcome { WaitsUntil = Script.Now.AddHours(8) } : Script.Done(order),
        };
        var cast = new SimulatedCast(script);

        await cast.RunAsync();

        Assert.Equal(["timer 28800"], cast.Asked);
        Assert.False(script.Inputs<WaitEnd>().Single().Cancelled);
        Assert.Contains(cast.Reports, report => report.Running.Any(step => step.WaitsUntil == Script.Now.AddHours(8)));
        Assert.Equal(["a", "b"], script.Attempts);
    }

    [Fact]
    [Trait("Row", "DW08")]
    public async Task When_a_retry_cannot_be_recorded_the_cast_ends_with_that_as_its_reason()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a")))
        {
            Tool = _ => Script.Failed(transient: true),
            Before = (activity, input) => Throw(activity == nameof(RecordEvents) && ((EventBatch)input).Events.Any(e => e.Type == CastEvents.AttemptRetrying), "StorageException"),
        };
        var cast = new SimulatedCast(script);

        var (_, thrown) = await cast.RunAsync();

        Assert.IsType<CastFailedException>(thrown);
        var failure = script.Inputs<CastEnd>().Single().Failure;
        Assert.Equal(("storage.unavailable", "a"), (failure?.Code, failure?.Step));
        Assert.Equal(["step.failed", "cast.failed"], script.Journal.Select(e => e.Type).TakeLast(2));
        Assert.True(cast.Reports[^1].NeedsReconciliation);
    }

    internal static void Throw(bool condition, string type)
    {
        if (condition)
        {
            throw new SimulatedFailure(type, "It is away.");
        }
    }

    static bool IsDeclared(RetryPolicy policy) =>
        policy is { MaxNumberOfAttempts: 9, BackoffCoefficient: 3 }
        && policy.FirstRetryInterval == TimeSpan.FromSeconds(2)
        && policy.MaxRetryInterval == TimeSpan.FromSeconds(10);
}
