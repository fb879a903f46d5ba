using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Entities;

/// <summary>A locked entity that leaves memory, and those who wait for its lock.</summary>
public sealed class LockEvictionTests
{
    static readonly EntityInstanceId Guarded = new("Nothing", "guarded");

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
}
