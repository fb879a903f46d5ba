using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Faults;

/// <summary>Removing what has ended, by hand or by age, while the rest goes on.</summary>
public sealed class PurgeTests
{
    [Fact]
    public async Task Purging_many_leaves_those_that_run_alone_and_they_go_on()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string[] running = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.BeginAsync("Wait")));
        await Task.WhenAll(Enumerable.Range(0, 1_500).Select(n => host.RunAsync("Echo", $"{n}")));

        Task<PurgeResult> purge = host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(null, null, null));
        string[] late = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.BeginAsync("Wait")));
        await Task.WhenAll(running.Concat(late).Select(id => host.Client.RaiseEventAsync(id, "go", id)));
        OrchestrationMetadata[] ended = await Task.WhenAll(running.Concat(late).Select(host.EndOfAsync));
        int purged = (await Wait.For(purge)).PurgedInstanceCount;

        Assert.Equal(running.Concat(late), ended.Select(instance => instance.ReadOutputAs<string>()));
        Assert.InRange(purged, 1_500, 1_600);
        Assert.Equal(1_600 - purged, await host.Client.GetAllInstancesAsync().CountAsync());
    }

    [Fact]
    public async Task A_purged_instance_leaves_nothing_behind()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await host.RunAsync("Echo", new string('x', 10_000), new StartOrchestrationOptions("long") { Tags = new Dictionary<string, string> { ["a"] = "b" } });
        await host.RunAsync("Parent");

        await host.Client.PurgeInstanceAsync("long");
        await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(null, null, null), new PurgeInstanceOptions(Recursive: true));
        await host.StopAsync();

        using Store.SqliteConnection file = Store.SqliteConnection.Open(host.File, readOnly: true);
        Assert.All(
            new[] { "instances", "inputs", "history", "timers", "inbox", "tags", "entities" },
            table => Assert.Equal((table, 0), (table, file.ExecuteScalar($"SELECT COUNT(*) FROM {table}"))));
    }

    [Fact]
    public async Task Instances_past_their_retention_are_removed_and_younger_and_running_ones_are_not()
    {
        var clock = new TestClock();
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = Tasks,
            Time = clock,
            Options = options => (options.Retention, options.RetentionInterval) = (TimeSpan.FromHours(2), TimeSpan.FromMinutes(10)),
        });
        string running = await host.BeginAsync("Wait");
        string[] old = [.. (await Task.WhenAll(Enumerable.Range(0, 450).Select(n => host.RunAsync("Echo", $"{n}")))).Select(i => i.InstanceId)];
        clock.Advance(TimeSpan.FromMinutes(90));
        string young = (await host.RunAsync("Echo", "young")).InstanceId;

        clock.Advance(TimeSpan.FromMinutes(40));

        await Wait.Until(async () => await host.Client.GetAllInstancesAsync().CountAsync() == 2, "the old ones to go");
        Assert.NotNull(await host.Client.GetInstanceAsync(young));
        Assert.Null(await host.Client.GetInstanceAsync(old[0]));
        await host.Client.RaiseEventAsync(running, "go", "still here");
        Assert.Equal("still here", (await host.EndOfAsync(running)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_entity_purged_while_it_is_in_memory_begins_anew()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await host.RunAsync("Add", 5);

        PurgeResult purge = await host.Client.PurgeInstanceAsync("@counter@1");
        OrchestrationMetadata added = await host.RunAsync("Add", 7);

        Assert.Equal(1, purge.PurgedInstanceCount);
        Assert.Equal(7, added.ReadOutputAs<int>());
    }

    static void Tasks(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string, string>("Echo", (_, text) => text)
        .AddOrchestratorFunc<string>("Wait", async context => await context.WaitForExternalEvent<string>("go"))
        .AddOrchestratorFunc<string>("Parent", async context =>
        {
            using var cancellation = new CancellationTokenSource();
            Task never = context.CreateTimer(TimeSpan.FromDays(1), cancellation.Token);
            string text = await context.CallSubOrchestratorAsync<string>("Echo", "child");
            cancellation.Cancel();
            return text;
        })
        .AddOrchestratorFunc<int, int>("Add", (context, n) => context.Entities.CallEntityAsync<int>(new EntityInstanceId("Counter", "1"), "add", n))
        .AddEntity("Counter", _ => new Counter());

    sealed class Counter : TaskEntity<int>
    {
        public int Add(int n) => State += n;
    }
}
