using System.Collections.Concurrent;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Faults;

/// <summary>
/// A little of everything that writes: starts, activities, timers set, fired and cancelled, events, sub-orchestrations, entities,
/// continue-as-new, termination, rewind and purge. Counts what was acknowledged and what was run.
/// </summary>
internal sealed class FaultScenario
{
    readonly ConcurrentDictionary<string, int> _runs = new();
    int _refused;

    /// <summary>Client calls that got the store's exception.</summary>
    public int Refused => _refused;

    /// <summary>How often each activity ran.</summary>
    public IReadOnlyDictionary<string, int> Runs => _runs;

    public void Register(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<int, string>("All", AllAsync)
        .AddOrchestratorFunc<string, string>("Echo", async (context, text) => await context.CallActivityAsync<string>("Note", $"{context.InstanceId} {text}"))
        .AddOrchestratorFunc("Sleep", context => context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None))
        .AddOrchestratorFunc<string>("Flaky", async context => await context.CallActivityAsync<string>("FailOnce", context.InstanceId))
        .AddActivityFunc<string, string>("Note", (_, text) =>
        {
            _runs.AddOrUpdate(text, 1, (_, n) => n + 1);
            return text;
        })
        .AddActivityFunc<string, string>("FailOnce", (_, id) =>
            _runs.AddOrUpdate(id, 1, (_, n) => n + 1) == 1 ? throw new InvalidOperationException("once") : "at last")
        .AddEntity("Counter", _ => new Counter());

    public async Task RunAsync(TestHost host, int number)
    {
        string all = $"all{number}", flaky = $"flaky{number}", sleeper = $"sleep{number}", echo = $"echo{number}";
        DurableTaskClient client = host.Client;
        await Acknowledged(() => client.ScheduleNewOrchestrationInstanceAsync("All", 0, new StartOrchestrationOptions(all)));
        await Acknowledged(() => client.ScheduleNewOrchestrationInstanceAsync("Flaky", new StartOrchestrationOptions(flaky)));
        await Acknowledged(() => client.ScheduleNewOrchestrationInstanceAsync("Sleep", new StartOrchestrationOptions(sleeper)));
        await Acknowledged(() => client.ScheduleNewOrchestrationInstanceAsync("Echo", new string('x', 5_000), new StartOrchestrationOptions(echo)));
        for (int i = 0; i < 3; i++)
        {
            await Acknowledged(() => client.RaiseEventAsync(all, "go", "event"));
            await Acknowledged(() => client.Entities.SignalEntityAsync(new EntityInstanceId("Counter", all), "add", 1));
        }

        await host.EndOfAsync(echo);
        await Acknowledged(() => client.PurgeInstanceAsync(echo));
        await client.WaitForInstanceStartAsync(sleeper, Wait.Token);
        await Acknowledged(() => client.TerminateInstanceAsync(sleeper, "enough"));
        await host.EndOfAsync(flaky);
        await Acknowledged(() => client.RewindInstanceAsync(flaky, "again"));

        Assert.Null(await client.GetInstanceAsync(echo));
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.EndOfAsync(sleeper)).RuntimeStatus);
        Assert.Equal("at last", (await host.EndOfAsync(flaky)).ReadOutputAs<string>());
        OrchestrationMetadata ended = await host.EndOfAsync(all);
        Assert.True(ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{ended.FailureDetails}");
        Assert.Equal("2 event child", ended.ReadOutputAs<string>());

        // Three signals from here, and one call of each of three generations.
        var counter = new EntityInstanceId("Counter", all);
        await Wait.Until(async () => (await client.Entities.GetEntityAsync<int>(counter))?.State >= 33, "the entity");
        Assert.Equal(33, (await client.Entities.GetEntityAsync<int>(counter))!.State);
        Assert.Null(await client.Entities.GetEntityAsync(new EntityInstanceId("Counter", $"{all}-gone")));
    }

    static async Task<string> AllAsync(TaskOrchestrationContext context, int generation)
    {
        string id = context.InstanceId;
        await context.CallActivityAsync("Note", $"{id} before {generation}");
        using var cancellation = new CancellationTokenSource();
        Task never = context.CreateTimer(TimeSpan.FromDays(1), cancellation.Token);
        Task soon = context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        Task<string> told = context.WaitForExternalEvent<string>("go");
        await Task.WhenAll(soon, told);
        cancellation.Cancel();
        string child = (await context.CallSubOrchestratorAsync<string>(
            "Echo", "child", new SubOrchestrationOptions { InstanceId = $"{id}-{generation}" })).Split(' ')[1];
        await context.Entities.CallEntityAsync<int>(new EntityInstanceId("Counter", id), "add", 10);
        await context.Entities.CallEntityAsync<int>(new EntityInstanceId("Counter", $"{id}-gone"), "add", 10);
        await context.Entities.CallEntityAsync(new EntityInstanceId("Counter", $"{id}-gone"), "delete");
        await context.CallActivityAsync("Note", $"{id} after {generation}");
        if (generation < 2)
        {
            context.ContinueAsNew(generation + 1);
        }

        return $"{generation} {await told} {child}";
    }

    /// <summary>Calls until it is acknowledged, as a caller does who is told of a full disk.</summary>
    async Task Acknowledged(Func<Task> call)
    {
        while (true)
        {
            try
            {
                await Wait.For(call());
                return;
            }
            catch (Exception e) when (FaultyStore.IsTold(e))
            {
                Interlocked.Increment(ref _refused);
            }
        }
    }

    sealed class Counter : TaskEntity<int>
    {
        public int Add(int n) => State += n;
    }
}
