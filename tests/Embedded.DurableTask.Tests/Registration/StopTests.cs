using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Engine.Activities;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;

namespace Embedded.DurableTask.Tests.Registration;

/// <summary>A host that stops finishes what it can in its time, and loses nothing of the rest.</summary>
[Trait("Row", "KZ03")]
public sealed class StopTests
{
    readonly TaskCompletionSource<string> _go = new();
    readonly TaskCompletionSource _begun = new();
    int _runs;

    [Fact]
    public async Task An_activity_that_ends_while_the_host_stops_is_not_run_again()
    {
        await using TestHost host = await TestHost.StartAsync(Setup());
        string id = await host.BeginAsync("Call");
        await Wait.For(_begun.Task);

        Task stopped = await BeginToStopAsync(host);
        _go.SetResult("finished");
        await Wait.For(stopped);
        await host.StartAgainAsync(Setup());

        Assert.Equal("finished", (await host.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task An_activity_that_takes_longer_than_the_stop_may_is_run_again_at_the_next_start()
    {
        await using TestHost host = await TestHost.StartAsync(Setup() with { ShutdownTimeout = TimeSpan.FromMilliseconds(50) });
        string id = await host.BeginAsync("Call");
        await Wait.For(_begun.Task);

        await host.StopAsync();
        await host.StartAgainAsync(Setup());
        await Wait.Until(() => Volatile.Read(ref _runs) == 2);
        _go.SetResult("the second time");

        Assert.Equal("the second time", (await host.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task An_activity_that_gives_up_because_of_the_stop_is_run_again_and_not_failed()
    {
        int runs = 0;
        void Tasks(DurableTaskRegistry tasks) => tasks
            .AddOrchestratorFunc<string>("Call", context => context.CallActivityAsync<string>("Patient"))
            .AddActivityFunc<string>("Patient", async context =>
            {
                if (Interlocked.Increment(ref runs) == 1)
                {
                    _begun.SetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ((EmbeddedActivityContext)context).Stopping);
                }

                return "the second time";
            });
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("Call");
        await Wait.For(_begun.Task);

        await host.RestartAsync();

        Assert.Equal("the second time", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_activity_that_was_still_queued_begins_only_after_the_next_start()
    {
        TestHostSetup oneAtATime = Setup() with
        {
            Worker = worker => worker.Configure(options => options.Concurrency.MaximumConcurrentActivityWorkItems = 1),
        };
        await using TestHost host = await TestHost.StartAsync(oneAtATime);
        string first = await host.BeginAsync("Call");
        string second = await host.BeginAsync("Call");
        await Wait.For(_begun.Task);

        Task stopped = await BeginToStopAsync(host);
        _go.SetResult("done");
        await Wait.For(stopped);
        int runsBefore = Volatile.Read(ref _runs);
        await host.StartAgainAsync(oneAtATime);

        Assert.Equal(1, runsBefore);
        Assert.Equal("done", (await host.EndOfAsync(first)).ReadOutputAs<string>());
        Assert.Equal("done", (await host.EndOfAsync(second)).ReadOutputAs<string>());
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task What_was_acknowledged_before_the_stop_is_there_after_it()
    {
        await using TestHost host = await TestHost.StartAsync(Setup());
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => host.Client.ScheduleNewOrchestrationInstanceAsync("Wait")));
        await Task.WhenAll(ids.Select((id, i) => host.Client.RaiseEventAsync(id, "E", i)));

        await host.RestartAsync();

        for (int i = 0; i < ids.Length; i++)
        {
            Assert.Equal(i, (await host.EndOfAsync(ids[i])).ReadOutputAs<int>());
        }
    }

    static async Task<Task> BeginToStopAsync(TestHost host)
    {
        Dispatcher dispatcher = host.Hub.Dispatcher!;
        Task stopped = host.StopAsync();
        await Wait.Until(() => dispatcher.IsStopping);
        return stopped;
    }

    TestHostSetup Setup() => new()
    {
        Tasks = tasks => tasks
            .AddActivityFunc<string>("Slow", _ =>
            {
                Interlocked.Increment(ref _runs);
                _begun.TrySetResult();
                return _go.Task;
            })
            .AddOrchestratorFunc<string>("Call", context => context.CallActivityAsync<string>("Slow"))
            .AddOrchestratorFunc<int>("Wait", context => context.WaitForExternalEvent<int>("E")),
    };
}
