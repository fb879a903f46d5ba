using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>Removing instances with all that belongs to them.</summary>
public sealed class PurgeTests
{
    static void Tasks(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string>("Quick", _ => Task.FromResult("done"))
        .AddOrchestratorFunc("Fail", (Action<TaskOrchestrationContext>)(_ => throw new InvalidOperationException("no")))
        .AddOrchestratorFunc<string>("Wait", context => context.WaitForExternalEvent<string>("E"))
        .AddOrchestratorFunc<string>("Middle", context => context.CallSubOrchestratorAsync<string>("Quick", new SubOrchestrationOptions(instanceId: "leaf")))
        .AddOrchestratorFunc<string>("Root", context => context.CallSubOrchestratorAsync<string>("Middle", new SubOrchestrationOptions(instanceId: "middle")));

    [Fact]
    public async Task An_ended_instance_goes_with_its_history_and_its_id_is_free_again()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await host.RunAsync("Quick", options: new StartOrchestrationOptions("one"));

        PurgeResult result = await host.Client.PurgeInstanceAsync("one");

        Assert.Equal(1, result.PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync("one"));
        await Assert.ThrowsAsync<ArgumentException>(() => host.HistoryOfAsync("one"));
        Assert.Equal(0, host.Hub.Read(reader => reader.Scalar("SELECT COUNT(*) FROM history")));
        Assert.Equal("done", (await host.RunAsync("Quick", options: new StartOrchestrationOptions("one"))).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_running_instance_is_not_purged()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("Wait");

        PurgeResult one = await host.Client.PurgeInstanceAsync(id);
        PurgeResult all = await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Running]));
        await host.Client.RaiseEventAsync(id, "E", "alive");

        Assert.Equal(0, one.PurgedInstanceCount);
        Assert.Equal(0, all.PurgedInstanceCount);
        Assert.Equal("alive", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_unknown_instance_counts_as_none()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("nobody")).PurgedInstanceCount);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 3)]
    public async Task A_recursive_purge_takes_the_descendants_too(bool recursive, int expected)
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = (await host.RunAsync("Root")).InstanceId;

        PurgeResult result = await host.Client.PurgeInstanceAsync(id, new PurgeInstanceOptions(recursive));

        Assert.Equal(expected, result.PurgedInstanceCount);
        Assert.Equal(recursive, await host.Client.GetInstanceAsync("leaf") is null);
    }

    [Fact]
    public async Task Instances_that_are_each_others_descendants_are_terminated_and_purged_once()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("Node", async (context, child) =>
        {
            await context.WaitForExternalEvent<object>("E");
            await context.CallSubOrchestratorAsync("Node", context.InstanceId, new SubOrchestrationOptions(instanceId: child));
        }));
        await host.BeginAsync("Node", "b", new StartOrchestrationOptions("a"));
        await host.Client.RaiseEventAsync("a", "E");
        await Wait.Until(async () => await host.Client.GetInstanceAsync("b") is not null, "a to start b");
        await host.Client.TerminateInstanceAsync("a");
        await host.EndOfAsync("a");
        await host.Client.RaiseEventAsync("b", "E");
        await Wait.Until(async () => !(await host.StateOfAsync("a")).IsCompleted, "b to start a");

        await host.Client.TerminateInstanceAsync("b", new TerminateInstanceOptions { Recursive = true });
        await host.EndOfAsync("a");
        await host.EndOfAsync("b");
        PurgeResult result = await host.Client.PurgeInstanceAsync("a", new PurgeInstanceOptions(Recursive: true));

        Assert.Equal(2, result.PurgedInstanceCount);
        Assert.Equal(0, await host.Client.GetAllInstancesAsync().CountAsync());
    }

    [Fact]
    public async Task Many_are_purged_by_status_and_time_of_creation()
    {
        var clock = new TestClock();
        await using TestHost host = await TestHost.StartAsync(Tasks, clock);
        await host.RunAsync("Quick", options: new StartOrchestrationOptions("old-good"));
        await host.RunAsync("Fail", options: new StartOrchestrationOptions("old-bad"));
        clock.Advance(TimeSpan.FromDays(1));
        await host.RunAsync("Quick", options: new StartOrchestrationOptions("new-good"));
        await host.BeginAsync("Wait", options: new StartOrchestrationOptions("running"));

        PurgeResult failed = await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Failed]));
        PurgeResult old = await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(CreatedTo: clock.GetUtcNow().AddHours(-1)));
        string[] left = [.. await host.Client.GetAllInstancesAsync().Select(i => i.InstanceId).ToListAsync()];

        Assert.Equal(1, failed.PurgedInstanceCount);
        Assert.Equal(1, old.PurgedInstanceCount);
        Assert.True(old.IsComplete);
        Assert.Equal(["new-good", "running"], left);
    }

    [Fact]
    public async Task A_purge_of_all_takes_more_than_one_batch_of_ended_ones()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await Task.WhenAll(Enumerable.Range(0, 450).Select(_ => host.RunAsync("Quick")));

        PurgeResult result = await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter());

        Assert.Equal(450, result.PurgedInstanceCount);
        Assert.Equal(0, await host.Client.GetAllInstancesAsync().CountAsync());
    }
}
