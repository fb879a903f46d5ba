using DurableTask.Core.History;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Tests.Storage;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Entities;

/// <summary>Critical sections: several entities held by one orchestration, and given back whatever happens.</summary>
public sealed class EntityLockTests
{
    static readonly EntityInstanceId A = new("counter", "a");
    static readonly EntityInstanceId B = new("counter", "b");

    static void Tasks(DurableTaskRegistry tasks) => tasks
        .AddEntity<Counter>()
        .AddActivityFunc<int, int>("Increment", (_, n) => n + 1)
        .AddOrchestratorFunc<bool>("Transfer", async (context, forwards) =>
        {
            await using (await context.Entities.LockEntitiesAsync(forwards ? [A, B] : [B, A]))
            {
                foreach (EntityInstanceId id in (EntityInstanceId[])[A, B])
                {
                    int n = await context.Entities.CallEntityAsync<int>(id, "get");
                    await context.Entities.CallEntityAsync(id, "set", await context.CallActivityAsync<int>("Increment", n));
                }
            }
        })
        .AddOrchestratorFunc<string>("Hold", async context =>
        {
            await using (await context.Entities.LockEntitiesAsync(A, B))
            {
                string what = await context.WaitForExternalEvent<string>("Release");
                return what == "throw" ? throw new InvalidOperationException("thrown in the section") : what;
            }
        })
        .AddOrchestratorFunc<int>("Read", context => context.Entities.CallEntityAsync<int>(A, "get"))
        .AddOrchestratorFunc<string[]>("Rules", BreakTheRules);

    [Fact]
    public async Task Two_entities_are_locked_by_many_in_any_order_without_deadlock_or_lost_update()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        OrchestrationMetadata[] ended = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => host.RunAsync("Transfer", i % 2 == 0)));

        Assert.All(ended, e => Assert.Equal(OrchestrationRuntimeStatus.Completed, e.RuntimeStatus));
        Assert.Equal(40, (await host.Client.Entities.GetEntityAsync<int>(A))!.State);
        Assert.Equal(40, (await host.Client.Entities.GetEntityAsync<int>(B))!.State);
    }

    [Fact]
    public async Task Others_wait_until_the_section_is_left_and_clients_see_who_holds_it()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string holder = await HoldAsync(host);
        await host.Client.Entities.SignalEntityAsync(A, "set", 9);
        string reader = await host.BeginAsync("Read");

        EntityMetadata? locked = await FindAsync(host, A);
        OrchestrationRuntimeStatus waiting = (await host.StateOfAsync(reader)).RuntimeStatus;
        await host.Client.RaiseEventAsync(holder, "Release", "done");

        Assert.Equal(holder, locked!.LockedBy);
        Assert.False(locked.IncludesState);
        Assert.Equal(OrchestrationRuntimeStatus.Running, waiting);
        Assert.Equal(9, (await host.EndOfAsync(reader)).ReadOutputAs<int>());
        await UntilUnlockedAsync(host);
    }

    [Fact]
    public async Task A_lock_outlives_a_restart()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string holder = await HoldAsync(host);

        await host.RestartAsync();
        string reader = await host.BeginAsync("Read");
        OrchestrationRuntimeStatus waiting = (await host.StateOfAsync(reader)).RuntimeStatus;
        await host.Client.RaiseEventAsync(holder, "Release", "done");

        Assert.Equal(OrchestrationRuntimeStatus.Running, waiting);
        Assert.Equal("done", (await host.EndOfAsync(holder)).ReadOutputAs<string>());
        Assert.Equal(0, (await host.EndOfAsync(reader)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task An_orchestrator_that_throws_gives_its_locks_back()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string holder = await HoldAsync(host);

        await host.Client.RaiseEventAsync(holder, "Release", "throw");

        Assert.Equal("thrown in the section", (await host.EndOfAsync(holder)).FailureDetails!.ErrorMessage);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.RunAsync("Transfer", true)).RuntimeStatus);
    }

    [Fact]
    public async Task A_terminated_orchestration_gives_its_locks_back()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string holder = await HoldAsync(host);

        await host.Client.TerminateInstanceAsync(holder);

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.EndOfAsync(holder)).RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.RunAsync("Transfer", true)).RuntimeStatus);
    }

    [Fact]
    public async Task The_locks_of_a_replaced_instance_are_released()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await HoldAsync(host, new StartOrchestrationOptions("holder"));
        string replaced = await host.BeginAsync(
            "Rules", options: new StartOrchestrationOptions("holder").WithDedupeStatuses(OrchestrationRuntimeStatus.Completed));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.EndOfAsync(replaced)).RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.RunAsync("Transfer", true)).RuntimeStatus);
    }

    [Fact]
    public async Task A_clean_up_releases_the_locks_of_those_that_are_gone_and_not_those_of_the_living()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await HoldAsync(host);
        var orphan = new TestOperation(writer => writer.PutEntity(
            new EntityRow("@counter@c") { Modified = 1, State = "3", LockedBy = "gone", LockedExecution = 7 }));
        host.Hub.Write(orphan, onThisThread: false);
        await orphan.Task;

        CleanEntityStorageResult result = await host.Client.Entities.CleanEntityStorageAsync();

        Assert.Equal(1, result.OrphanedLocksReleased);
        Assert.Null(result.ContinuationToken);
        await Wait.Until(
            async () => (await host.Client.Entities.GetEntityAsync<int>(new EntityInstanceId("counter", "c")))!.LockedBy is null, "the lock to go");
        EntityMetadata held = await host.Client.Entities.GetAllEntitiesAsync(new EntityQuery { IncludeTransient = true }).FirstAsync(e => e.Id == A);
        Assert.NotNull(held.LockedBy);
    }

    [Fact]
    public async Task A_section_allows_calls_of_what_it_holds_and_nothing_that_could_wait_for_it()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        string[] outcomes = (await host.RunAsync("Rules")).ReadOutputAs<string[]>()!;

        Assert.Equal(["False", "True 1", "refused", "refused", "refused", "refused", "allowed", "False"], outcomes);
    }

    static async Task<string[]> BreakTheRules(TaskOrchestrationContext context)
    {
        var outcomes = new List<string> { $"{context.Entities.InCriticalSection()}" };
        await using (await context.Entities.LockEntitiesAsync(A))
        {
            outcomes.Add($"{context.Entities.InCriticalSection(out IReadOnlyList<EntityInstanceId>? held)} {held?.Count}");
            outcomes.Add(await OutcomeAsync(() => context.Entities.CallEntityAsync(B, "get")));
            outcomes.Add(await OutcomeAsync(() => context.Entities.LockEntitiesAsync(B)));
            outcomes.Add(await OutcomeAsync(() => context.Entities.SignalEntityAsync(A, "set", 1)));
            outcomes.Add(await OutcomeAsync(() => context.CallSubOrchestratorAsync("Read")));
            outcomes.Add(await OutcomeAsync(() => context.Entities.SignalEntityAsync(B, "set", 1)));
        }

        outcomes.Add($"{context.Entities.InCriticalSection()}");
        return [.. outcomes];
    }

    static async Task<string> OutcomeAsync(Func<Task> act)
    {
        try
        {
            await act();
            return "allowed";
        }
        catch (InvalidOperationException)
        {
            return "refused";
        }
    }

    /// <summary>Starts an orchestration that has both locks when this returns.</summary>
    static async Task<string> HoldAsync(TestHost host, StartOrchestrationOptions? options = null)
    {
        string id = await host.BeginAsync("Hold", options: options);
        await host.UntilHistoryHasAsync<EventRaisedEvent>(id);
        return id;
    }

    static async Task<EntityMetadata?> FindAsync(TestHost host, EntityInstanceId id) => await host.Client.Entities
        .GetAllEntitiesAsync(new EntityQuery { IncludeTransient = true }).FirstOrDefaultAsync(e => e.Id == id);

    static Task UntilUnlockedAsync(TestHost host) => Wait.Until(
        async () => (await FindAsync(host, A))?.LockedBy is null && (await FindAsync(host, B))?.LockedBy is null, "both locks to be free");

    sealed class Counter : TaskEntity<int>
    {
        public int Get() => State;

        public void Set(int value) => State = value;
    }
}
