using DurableTask.Core.History;
using Embedded.DurableTask.Engine.Activities;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embedded.DurableTask.Tests.Registration;

/// <summary>A hub that stays open or is closed while a worker's code still runs, and the worker that comes after.</summary>
[Trait("Row", "KZ03")]
public sealed class WorkerRestartTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("embedded-").FullName;

    string File => Path.Combine(_folder, "hub.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_an_activity_of_the_stopped_worker_still_brings_is_not_taken_for_the_result_of_the_next_one()
    {
        TaskCompletionSource<string>[] results = [new(), new()];
        int runs = 0;
        void Tasks(DurableTaskRegistry tasks) => tasks
            .AddOrchestratorFunc<string>("Call", context => context.CallActivityAsync<string>("Slow"))
            .AddActivityFunc<string>("Slow", _ => results[Interlocked.Increment(ref runs) - 1].Task);
        await using var hub = new EmbeddedTaskHub(new EmbeddedOptions { File = File });
        using IHost first = await StartAsync(hub, Tasks);
        DurableTaskClient client = first.Services.GetRequiredService<DurableTaskClient>();
        string id = await client.ScheduleNewOrchestrationInstanceAsync("Call");
        await Wait.Until(() => Volatile.Read(ref runs) == 1, "the activity to begin");

        await hub.StopWorkerAsync(new CancellationToken(canceled: true));
        using IHost second = await StartAsync(hub, Tasks);
        await Wait.Until(() => Volatile.Read(ref runs) == 2, "the activity to begin again");
        results[0].SetResult("too late");
        results[1].SetResult("in time");

        Assert.Equal("in time", (await client.WaitForInstanceCompletionAsync(id, true, Wait.Token)).ReadOutputAs<string>());
        Assert.Single((await client.GetOrchestrationHistoryAsync(id, Wait.Token)).OfType<TaskCompletedEvent>());
    }

    [Fact]
    public async Task A_turn_that_the_stopped_worker_was_in_is_stored_by_the_next_one_alone()
    {
        using var gate = new ManualResetEventSlim();
        var entered = new TaskCompletionSource();
        int turns = 0;
        int calls = 0;
        void Tasks(DurableTaskRegistry tasks) => tasks
            .AddOrchestratorFunc<string>("Turn", async context =>
            {
                string text = await context.WaitForExternalEvent<string>("E");
                if (Interlocked.Increment(ref turns) == 1)
                {
                    entered.SetResult();
                    gate.Wait();
                }

                return await context.CallActivityAsync<string>("Echo", text) + await context.WaitForExternalEvent<string>("E");
            })
            .AddActivityFunc<string, string>("Echo", (_, text) =>
            {
                Interlocked.Increment(ref calls);
                return text;
            });
        await using var hub = new EmbeddedTaskHub(new EmbeddedOptions { File = File });
        using IHost first = await StartAsync(hub, Tasks);
        DurableTaskClient client = first.Services.GetRequiredService<DurableTaskClient>();
        string id = await client.ScheduleNewOrchestrationInstanceAsync("Turn");
        await client.WaitForInstanceStartAsync(id, Wait.Token);
        await client.RaiseEventAsync(id, "E", "one");
        await Wait.For(entered.Task);

        await hub.StopWorkerAsync(new CancellationToken(canceled: true));
        using IHost second = await StartAsync(hub, Tasks);
        await Wait.Until(() => Volatile.Read(ref calls) == 1, "the next worker to take the turn");
        gate.Set();
        await client.RaiseEventAsync(id, "E", "two");

        Assert.Equal("onetwo", (await client.WaitForInstanceCompletionAsync(id, true, Wait.Token)).ReadOutputAs<string>());
        Assert.Equal(1, calls);
        Assert.Single((await client.GetOrchestrationHistoryAsync(id, Wait.Token)).OfType<TaskScheduledEvent>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hub_that_is_closed_under_an_activity_waits_only_so_long_and_the_activity_is_run_again(bool listens)
    {
        var clock = new TestClock();
        var begun = new TaskCompletionSource();
        int runs = 0;
        void Tasks(DurableTaskRegistry tasks) => tasks
            .AddOrchestratorFunc<string>("Call", context => context.CallActivityAsync<string>("Endless"))
            .AddActivityFunc<string>("Endless", async context =>
            {
                if (Interlocked.Increment(ref runs) == 1)
                {
                    begun.SetResult();
                    CancellationToken heard = listens ? ((EmbeddedActivityContext)context).Stopping : CancellationToken.None;
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, heard);
                }

                return "the second time";
            });
        string id;
        var hub = new EmbeddedTaskHub(new EmbeddedOptions { File = File }, clock);
        using (IHost first = await StartAsync(hub, Tasks))
        {
            id = await first.Services.GetRequiredService<DurableTaskClient>().ScheduleNewOrchestrationInstanceAsync("Call");
            await Wait.For(begun.Task);

            Task closed = hub.DisposeAsync().AsTask();
            bool closedAtOnce = closed.IsCompleted;
            clock.Advance(listens ? TimeSpan.Zero : TimeSpan.FromMinutes(1));
            await Wait.For(closed);
            Assert.True(listens || !closedAtOnce);
        }

        await using var again = new EmbeddedTaskHub(new EmbeddedOptions { File = File });
        using IHost second = await StartAsync(again, Tasks);
        DurableTaskClient client = second.Services.GetRequiredService<DurableTaskClient>();

        Assert.Equal("the second time", (await client.WaitForInstanceCompletionAsync(id, true, Wait.Token)).ReadOutputAs<string>());
    }

    static async Task<IHost> StartAsync(EmbeddedTaskHub hub, Action<DurableTaskRegistry> tasks)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddDurableTaskWorker(worker => worker.AddTasks(tasks).UseEmbedded(hub));
        builder.Services.AddDurableTaskClient(client => client.UseEmbedded(hub));
        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
