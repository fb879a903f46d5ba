using DurableTask.Core.History;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>A suspended instance takes everything in, and does nothing until it is resumed.</summary>
public sealed class SuspendResumeTests
{
    static void Tasks(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string>("Wait", context => context.WaitForExternalEvent<string>("E"))
        .AddActivityFunc<string>("Step", _ => "done")
        .AddOrchestratorFunc<string>("EventThenStep", async context =>
        {
            await context.WaitForExternalEvent<object>("E");
            return await context.CallActivityAsync<string>("Step");
        });

    [Fact]
    public async Task Events_for_a_suspended_instance_wait_for_its_resumption()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("Wait");

        await host.Client.SuspendInstanceAsync(id, "a reason");
        await host.UntilStatusAsync(id, OrchestrationRuntimeStatus.Suspended);
        await host.Client.RaiseEventAsync(id, "E", "kept");
        await host.UntilHistoryHasAsync<EventRaisedEvent>(id);
        OrchestrationRuntimeStatus between = (await host.StateOfAsync(id)).RuntimeStatus;
        await host.Client.ResumeInstanceAsync(id, "another reason");

        Assert.Equal(OrchestrationRuntimeStatus.Suspended, between);
        Assert.Equal("kept", (await host.EndOfAsync(id)).ReadOutputAs<string>());
        IReadOnlyList<HistoryEvent> history = await host.HistoryOfAsync(id);
        Assert.Equal("a reason", Assert.Single(history.OfType<ExecutionSuspendedEvent>()).Reason);
        Assert.Equal("another reason", Assert.Single(history.OfType<ExecutionResumedEvent>()).Reason);
    }

    [Fact]
    public async Task A_suspended_instance_asks_for_nothing()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("EventThenStep");

        await host.Client.SuspendInstanceAsync(id);
        await host.Client.RaiseEventAsync(id, "E");
        await host.UntilHistoryHasAsync<EventRaisedEvent>(id);
        IReadOnlyList<HistoryEvent> whileSuspended = await host.HistoryOfAsync(id);
        await host.Client.ResumeInstanceAsync(id);

        Assert.Empty(whileSuspended.OfType<TaskScheduledEvent>());
        Assert.Equal("done", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_suspension_outlives_a_restart_with_what_came_during_it()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("EventThenStep");
        await host.Client.SuspendInstanceAsync(id);
        await host.Client.RaiseEventAsync(id, "E");
        await host.UntilHistoryHasAsync<EventRaisedEvent>(id);

        await host.RestartAsync();
        OrchestrationRuntimeStatus after = (await host.StateOfAsync(id)).RuntimeStatus;
        await host.Client.ResumeInstanceAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Suspended, after);
        Assert.Equal("done", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task The_result_of_an_activity_that_was_under_way_is_taken_at_the_resumption()
    {
        var go = new TaskCompletionSource<string>();
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc<string>("Slow", _ => go.Task)
            .AddOrchestratorFunc<string>("Call", context => context.CallActivityAsync<string>("Slow")));
        string id = await host.BeginAsync("Call");
        await host.Client.SuspendInstanceAsync(id);
        await host.UntilStatusAsync(id, OrchestrationRuntimeStatus.Suspended);

        go.SetResult("result");
        await host.UntilHistoryHasAsync<TaskCompletedEvent>(id);
        OrchestrationRuntimeStatus between = (await host.StateOfAsync(id)).RuntimeStatus;
        await host.Client.ResumeInstanceAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Suspended, between);
        Assert.Equal("result", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_suspension_and_a_resumption_that_arrive_together_leave_the_instance_running()
    {
        var setup = new TestHostSetup { Tasks = Tasks };
        await using TestHost host = await TestHost.StartAsync(setup with { HasWorker = false });
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("EventThenStep");
        await host.Client.SuspendInstanceAsync(id);
        await host.Client.ResumeInstanceAsync(id);
        await host.Client.RaiseEventAsync(id, "E");

        await host.RestartAsync(setup);

        Assert.Equal("done", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_instance_that_is_suspended_in_the_turn_that_continues_as_new_stays_suspended_and_keeps_its_events()
    {
        void Tasks(DurableTaskRegistry tasks) => tasks.AddOrchestratorFunc<int, int>("Again", async (context, n) =>
        {
            if (n > 0)
            {
                return await context.WaitForExternalEvent<int>("Second");
            }

            await context.WaitForExternalEvent<int>("First");
            context.ContinueAsNew(1);
            return 0;
        });
        var withoutWorker = new TestHostSetup { HasWorker = false };
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("Again", 0);
        await host.RestartAsync(withoutWorker);
        await host.Client.RaiseEventAsync(id, "First", 1);
        await host.Client.SuspendInstanceAsync(id);
        await host.Client.RaiseEventAsync(id, "Second", 9);

        await host.RestartAsync(Tasks);
        await host.UntilStatusAsync(id, OrchestrationRuntimeStatus.Suspended);
        await host.Client.ResumeInstanceAsync(id);

        Assert.Equal(9, (await host.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_suspended_instance_can_be_terminated()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("Wait");
        await host.Client.SuspendInstanceAsync(id);
        await host.UntilStatusAsync(id, OrchestrationRuntimeStatus.Suspended);

        await host.Client.TerminateInstanceAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.EndOfAsync(id)).RuntimeStatus);
    }

    [Fact]
    public async Task Suspending_a_finished_instance_changes_nothing()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<int>("One", _ => Task.FromResult(1)));
        string id = (await host.RunAsync("One")).InstanceId;

        await host.Client.SuspendInstanceAsync(id);
        await host.Client.ResumeInstanceAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.StateOfAsync(id)).RuntimeStatus);
    }
}
