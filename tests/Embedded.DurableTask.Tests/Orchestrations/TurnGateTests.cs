using System.Collections.Concurrent;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class TurnGateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("Row", "KZ18")]
    public async Task No_more_orchestrators_run_at_once_than_the_worker_is_set_to(int limit)
    {
        const int Instances = 12;
        int running = 0;
        int most = 0;
        using var full = new CountdownEvent(limit);
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = tasks => tasks
                .AddActivityFunc("Step", _ => Task.CompletedTask)
                .AddOrchestratorFunc("Crowd", async context =>
                {
                    int now = Interlocked.Increment(ref running);
                    most = Math.Max(most, now);

                    // Nobody leaves before as many are here as may be; one more would be seen.
                    if (!full.IsSet)
                    {
                        full.Signal();
                        full.Wait(TimeSpan.FromSeconds(20));
                    }

                    Interlocked.Decrement(ref running);
                    await context.CallActivityAsync("Step");
                }),
            Worker = worker => worker.Configure(options => options.Concurrency.MaximumConcurrentOrchestrationWorkItems = limit),
        });

        string[] ids = await Task.WhenAll(Enumerable.Range(0, Instances).Select(_ => host.Client.ScheduleNewOrchestrationInstanceAsync("Crowd")));
        OrchestrationMetadata[] ended = await Task.WhenAll(ids.Select(id => host.Client.WaitForInstanceCompletionAsync(id)));

        Assert.All(ended, e => Assert.Equal(OrchestrationRuntimeStatus.Completed, e.RuntimeStatus));
        Assert.True(full.IsSet);
        Assert.Equal(limit, most);
    }

    [Fact]
    public async Task Who_finds_the_gate_full_is_run_in_order_when_somebody_leaves()
    {
        var gate = new TurnGate(2);
        var runs = new BlockingCollection<int>();
        Item[] items = [.. Enumerable.Range(0, 5).Select(number => new Item(number, runs))];

        Assert.Equal([true, true, false, false, false], items.Select(gate.TryEnter));
        Assert.Empty(runs);

        gate.Exit();
        Assert.Equal(2, await Task.Run(() => runs.Take()));
        Assert.True(gate.TryEnter(items[2]));
        Assert.False(gate.TryEnter(items[0]));
    }

    sealed class Item(int number, BlockingCollection<int> runs) : IThreadPoolWorkItem
    {
        public void Execute() => runs.Add(number);
    }
}
