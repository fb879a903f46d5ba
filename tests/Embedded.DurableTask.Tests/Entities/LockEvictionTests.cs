using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Entities;

/// <summary>A locked entity that leaves memory, and those who wait for its lock.</summary>
public sealed class LockEvictionTests
{
    static readonly EntityInstanceId Guarded = new("Nothing", "guarded");
    static readonly EntityInstanceId Counted = new("Counter", "counted");

    [Fact]
    public async Task Who_waits_for_a_lock_gets_it_although_the_entity_has_left_memory_meanwhile()
    {
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Options = options => options.MaxLiveInstances = 1,
            Tasks = tasks => tasks
                .AddOrchestratorFunc("Wait", context => context.WaitForExternalEvent<object>("Go"))
                .AddOrchestratorFunc("Hold", async context =>
                {
                    await using (await context.Entities.LockEntitiesAsync([Guarded]))
                    {
                        context.SetCustomStatus("locked");
                        await context.WaitForExternalEvent<object>("Go");
                    }
                }),
        });
        string holder = await host.BeginAsync("Hold");
        await Wait.Until(async () => (await host.StateOfAsync(holder)).SerializedCustomStatus is not null, "the lock");
        string[] waiting = [await host.BeginAsync("Hold"), await host.BeginAsync("Hold")];
        await Wait.Until(() => host.Hub.Read(reader => reader.ReadInbox(Guarded.ToString())).Count == 2, "two who wait for the lock");
        string other = await host.BeginAsync("Wait");
        await Wait.Until(() => host.Hub.Dispatcher!.LiveInstances <= 1, "everything else to leave memory");

        foreach (string id in (string[])[holder, .. waiting])
        {
            await host.Client.RaiseEventAsync(id, "Go");
        }

        foreach (string id in (string[])[holder, .. waiting])
        {
            Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.EndOfAsync(id)).RuntimeStatus);
        }

        Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.StateOfAsync(other)).RuntimeStatus);
    }

    [Fact]
    public async Task Calls_and_signals_that_wait_behind_a_lock_are_served_although_the_entity_has_left_memory_meanwhile()
    {
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Options = options => options.MaxLiveInstances = 1,
            Tasks = tasks => tasks
                .AddEntity<Counter>()
                .AddOrchestratorFunc("Wait", context => context.WaitForExternalEvent<object>("Go"))
                .AddOrchestratorFunc<int>("Call", context => context.Entities.CallEntityAsync<int>(Counted, "add", 1))
                .AddOrchestratorFunc("Hold", async context =>
                {
                    await using (await context.Entities.LockEntitiesAsync([Counted]))
                    {
                        context.SetCustomStatus("locked");
                        await context.WaitForExternalEvent<object>("Go");
                    }
                }),
        });
        string holder = await host.BeginAsync("Hold");
        await Wait.Until(async () => (await host.StateOfAsync(holder)).SerializedCustomStatus is not null, "the lock");
        await host.Client.Entities.SignalEntityAsync(Counted, "add", 10);
        string caller = await host.BeginAsync("Call");
        await Wait.Until(() => host.Hub.Read(reader => reader.ReadInbox(Counted.ToString())).Count == 2, "two who wait behind the lock");
        await host.BeginAsync("Wait");
        await Wait.Until(() => host.Hub.Dispatcher!.LiveInstances <= 1, "everything else to leave memory");

        await host.Client.RaiseEventAsync(holder, "Go");

        Assert.Equal(11, (await host.EndOfAsync(caller)).ReadOutputAs<int>());
    }

    sealed class Counter : TaskEntity<int>
    {
        public int Add(int by) => State += by;
    }
}
