using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Entities;

/// <summary>No entity stays locked by an orchestration that has ended, however it ended.</summary>
public sealed class DeadHolderTests
{
    static readonly EntityInstanceId A = new("counter", "a");
    static readonly EntityInstanceId B = new("counter", "b");

    static void Tasks(DurableTaskRegistry tasks) => tasks
        .AddEntity<Counter>()
        .AddOrchestratorFunc("HoldA", async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(A))
            {
                await context.WaitForExternalEvent<string>("Release");
            }
        })
        .AddOrchestratorFunc("LockBoth", async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(B, A))
            {
            }
        })
        .AddOrchestratorFunc("NotDurable", async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(B))
            {
                await new TaskCompletionSource().Task;
            }
        })
        .AddOrchestratorFunc("Nameless", context => context.Entities.LockEntitiesAsync(default(EntityInstanceId)))
        .AddOrchestratorFunc<int>("ReadB", context => context.Entities.CallEntityAsync<int>(B, "get"));

    [Fact]
    public async Task One_that_is_terminated_while_it_waits_for_its_locks_gets_none_later()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string holder = await host.BeginAsync("HoldA");
        await Wait.Until(async () => (await TransientAsync(host, A))?.LockedBy == holder, "A to be locked");
        string waiter = await host.BeginAsync("LockBoth");
        await Wait.Until(async () => (await TransientAsync(host, A))?.BacklogQueueSize == 1, "the second to wait for A");

        await host.Client.TerminateInstanceAsync(waiter);
        await host.EndOfAsync(waiter);
        await host.Client.RaiseEventAsync(holder, "Release", "now");
        await host.EndOfAsync(holder);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.RunAsync("ReadB")).RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.RunAsync("LockBoth")).RuntimeStatus);
    }

    [Fact]
    public async Task One_that_fails_in_its_section_because_it_awaits_something_not_durable_releases_it()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        OrchestrationMetadata failed = await host.RunAsync("NotDurable");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.RunAsync("ReadB")).RuntimeStatus);
    }

    [Fact]
    public async Task A_lock_of_no_entity_is_refused_and_the_file_stays_usable()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        OrchestrationMetadata refused = await host.RunAsync("Nameless");
        await host.RestartAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Failed, refused.RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.RunAsync("ReadB")).RuntimeStatus);
    }

    sealed class Counter : TaskEntity<int>
    {
        public int Get() => State;
    }

    static async Task<Microsoft.DurableTask.Client.Entities.EntityMetadata?> TransientAsync(TestHost host, EntityInstanceId id) =>
        await host.Client.Entities.GetAllEntitiesAsync(new() { IncludeTransient = true }).FirstOrDefaultAsync(e => e.Id == id);
}
