using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Engine.Orchestrations;
using Microsoft.DurableTask;
using static Embedded.DurableTask.Tests.Core.Replayed;

namespace Embedded.DurableTask.Tests.Core;

/// <summary>What reaches a suspended orchestration waits, and so does what it asked for; both in order.</summary>
public sealed class SuspensionTests
{
    [Fact]
    public void What_comes_during_a_suspension_is_taken_in_order_at_its_end()
    {
        OrchestrationExecutor executor = Executor(Collect);
        Record(executor, [Started], [Suspend()]);

        TurnOutcome suspended = executor.Run(Noon, [Event("e", "1"), Event("e", "2")]);
        TurnOutcome resumed = executor.Run(Noon, [Resume(), Event("e", "3")]);

        Assert.True(suspended.IsSuspended);
        Assert.Empty(suspended.Actions);
        Assert.False(resumed.IsSuspended);
        Assert.Equal("\"1 2 3\"", resumed.Ending?.Payload);
    }

    [Fact]
    public void What_was_asked_for_in_the_turn_of_the_suspension_goes_out_at_its_end()
    {
        OrchestrationExecutor executor = Executor(context => context.CallActivityAsync("A"));

        TurnOutcome suspended = executor.Run(Noon, [Started, Suspend()]);
        List<OpenTask> openMeanwhile = [.. executor.OpenTasks];
        TurnOutcome resumed = executor.Run(Noon, [Resume()]);

        Assert.Empty(suspended.Actions);
        Assert.Empty(openMeanwhile);
        Assert.Equal("A", Assert.Single(resumed.Actions).Name);
        Assert.Single(executor.OpenTasks);
    }

    [Fact]
    public void A_timer_cancelled_right_before_the_suspension_stays_cancelled_after_it()
    {
        OrchestrationExecutor executor = Executor(async context =>
        {
            await context.WaitForExternalEvent<int>("begin");
            using var cancellation = new CancellationTokenSource();
            Task timer = context.CreateTimer(TimeSpan.FromDays(1), cancellation.Token);
            await context.WaitForExternalEvent<int>("cancel");
            cancellation.Cancel();
            await context.WaitForExternalEvent<int>("end");
        });
        Record(executor, [Started]);

        executor.Run(Noon, [Event("begin", "0"), Event("cancel", "0"), Suspend()]);
        TurnOutcome resumed = executor.Run(Noon, [Resume()]);

        Assert.Equal(EntryKind.TimerCreated, Assert.Single(resumed.Actions).Kind);
        Assert.Equal([resumed.Actions[0].Id], resumed.CanceledTimers);
    }

    [Fact]
    public void A_completed_orchestration_ends_although_its_suspension_came_in_the_same_turn()
    {
        TurnOutcome outcome = Executor(_ => Task.FromResult(5)).Run(Noon, [Started, Suspend()]);

        Assert.Equal("5", outcome.Ending?.Payload);
    }

    [Fact]
    public void A_suspended_orchestration_can_be_terminated()
    {
        OrchestrationExecutor executor = Executor(Collect);
        Record(executor, [Started], [Suspend()], [Event("e", "1")]);

        TurnOutcome outcome = executor.Run(Noon, [new Entry(EntryKind.Terminated) { Payload = "\"enough\"" }]);

        Assert.True(outcome.IsTerminated);
        Assert.Empty(outcome.Actions);
    }

    [Fact]
    public void An_answer_that_waits_for_the_end_of_the_suspension_is_not_asked_for_again()
    {
        OrchestrationExecutor executor = Executor(context => context.CallActivityAsync<string>("A"));
        Record(executor, [Started], [Suspend()], [Completed(0, "\"a\"")]);

        Assert.Empty(executor.OpenTasks);
        Assert.Null(executor.FindOpenTask(0));
        Assert.Equal("\"a\"", executor.Run(Noon, [Resume()]).Ending?.Payload);
    }

    [Fact]
    public void A_second_suspension_needs_no_second_end()
    {
        OrchestrationExecutor executor = Executor(Collect);
        Record(executor, [Started], [Suspend()], [Suspend()], [Event("e", "1")]);

        TurnOutcome resumed = executor.Run(Noon, [Resume(), Event("e", "2"), Event("e", "3")]);

        Assert.Equal("\"1 2 3\"", resumed.Ending?.Payload);
    }

    [Fact]
    public void Suspensions_replay_to_the_same_state()
    {
        Entry[][] turns = [[Started, Event("e", "1"), Suspend()], [Event("e", "2")], [Resume(), Suspend()], [Event("e", "3")]];
        List<Turn> recorded = Record(Executor(Collect), turns);
        OrchestrationExecutor executor = Executor(Collect);

        executor.Replay(recorded);

        Assert.True(executor.IsSuspended);
        Assert.Equal("\"1 2 3\"", executor.Run(Noon.AddDays(1), [Resume()]).Ending?.Payload);
    }

    static async Task<string> Collect(TaskOrchestrationContext context)
    {
        var seen = new List<int>();
        while (seen.Count < 3)
        {
            seen.Add(await context.WaitForExternalEvent<int>("e"));
        }

        return string.Join(' ', seen);
    }
}
