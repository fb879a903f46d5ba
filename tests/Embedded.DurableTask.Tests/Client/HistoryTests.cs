using DurableTask.Core.History;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>The history of an instance, as official events.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task A_typical_orchestration_tells_each_turn_with_what_it_brought_and_asked_for()
    {
        var clock = new TestClock();
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks
                .AddActivityFunc<int, int>("Add", (_, n) => n + 1)
                .AddOrchestratorFunc<int>("Child", _ => Task.FromResult(7))
                .AddOrchestratorFunc<int, int>("Typical", async (context, n) =>
                {
                    n = await context.CallActivityAsync<int>("Add", n);
                    await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                    n += await context.CallSubOrchestratorAsync<int>("Child");
                    return n + await context.WaitForExternalEvent<int>("E");
                }),
            clock);
        string id = await host.BeginAsync("Typical", 1);
        await host.UntilHistoryHasAsync<TimerCreatedEvent>(id);
        clock.Advance(TimeSpan.FromMinutes(1));
        await host.UntilHistoryHasAsync<SubOrchestrationInstanceCompletedEvent>(id);
        await host.Client.RaiseEventAsync(id, "E", 100);
        await host.EndOfAsync(id);

        IReadOnlyList<HistoryEvent> history = await host.HistoryOfAsync(id);

        Assert.Equal(
            [
                EventType.OrchestratorStarted, EventType.ExecutionStarted, EventType.TaskScheduled, EventType.OrchestratorCompleted,
                EventType.OrchestratorStarted, EventType.TaskCompleted, EventType.TimerCreated, EventType.OrchestratorCompleted,
                EventType.OrchestratorStarted, EventType.TimerFired, EventType.SubOrchestrationInstanceCreated, EventType.OrchestratorCompleted,
                EventType.OrchestratorStarted, EventType.SubOrchestrationInstanceCompleted, EventType.OrchestratorCompleted,
                EventType.OrchestratorStarted, EventType.EventRaised, EventType.ExecutionCompleted, EventType.OrchestratorCompleted,
            ],
            history.Select(e => e.EventType));
        ExecutionStartedEvent started = Assert.Single(history.OfType<ExecutionStartedEvent>());
        Assert.Equal(("Typical", "1", id), (started.Name, started.Input, started.OrchestrationInstance.InstanceId));
        TaskScheduledEvent scheduled = Assert.Single(history.OfType<TaskScheduledEvent>());
        Assert.Equal((0, "Add", "1"), (scheduled.EventId, scheduled.Name, scheduled.Input));
        TaskCompletedEvent completed = Assert.Single(history.OfType<TaskCompletedEvent>());
        Assert.Equal((0, "2"), (completed.TaskScheduledId, completed.Result));
        Assert.Equal(1, Assert.Single(history.OfType<TimerFiredEvent>()).TimerId);
        Assert.Equal("109", Assert.Single(history.OfType<ExecutionCompletedEvent>()).Result);
        Assert.Equal(history.Select(e => e.Timestamp).Order(), history.Select(e => e.Timestamp));
    }

    [Fact]
    public async Task A_failure_is_told_with_its_details()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc("Fail", (Action<TaskActivityContext>)(_ => throw new InvalidOperationException("broken")))
            .AddOrchestratorFunc("Call", context => context.CallActivityAsync("Fail")));
        string id = (await host.RunAsync("Call")).InstanceId;

        IReadOnlyList<HistoryEvent> history = await host.HistoryOfAsync(id);

        TaskFailedEvent failed = Assert.Single(history.OfType<TaskFailedEvent>());
        Assert.Equal("broken", failed.FailureDetails!.ErrorMessage);
        ExecutionCompletedEvent ended = Assert.Single(history.OfType<ExecutionCompletedEvent>());
        Assert.Equal(global::DurableTask.Core.OrchestrationStatus.Failed, ended.OrchestrationStatus);
        Assert.Equal("broken", ended.FailureDetails!.InnerFailure!.ErrorMessage);
    }

    [Fact]
    public async Task The_history_of_a_terminated_instance_ends_with_its_termination()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Wait", context => context.WaitForExternalEvent<object>("E")));
        string id = await host.BeginAsync("Wait");
        await host.Client.TerminateInstanceAsync(id, "enough");
        await host.EndOfAsync(id);

        IReadOnlyList<HistoryEvent> history = await host.HistoryOfAsync(id);

        Assert.Equal("\"enough\"", Assert.Single(history.OfType<ExecutionTerminatedEvent>()).Input);
        Assert.Equal(
            global::DurableTask.Core.OrchestrationStatus.Terminated, Assert.Single(history.OfType<ExecutionCompletedEvent>()).OrchestrationStatus);
    }

    [Fact]
    public async Task There_is_no_history_of_an_unknown_instance()
    {
        await using TestHost host = await TestHost.StartAsync(_ => { });

        await Assert.ThrowsAsync<ArgumentException>(() => host.HistoryOfAsync("nobody"));
    }
}
