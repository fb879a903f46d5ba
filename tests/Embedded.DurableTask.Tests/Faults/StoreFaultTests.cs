using DurableTask.Core.History;
using Embedded.DurableTask.Store;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Faults;

/// <summary>
/// Wherever the store writes, a failure there reaches the caller or is tried again; nothing acknowledged is lost, nothing is done
/// twice, and nobody else is harmed.
/// </summary>
[Trait("Row", "KZ15")]
public sealed class StoreFaultTests
{
    static readonly string[] Operations =
    [
        "commit", "instance.insert", "instance.update", "instance.input", "instance.find", "instance.delete", "instance.adopt", "history.insert",
        "history.delete", "history.move", "timer.insert", "timer.delete", "inbox.insert", "inbox.delete", "entity.put", "entity.delete",
    ];

    public static TheoryData<string, int, int, bool> Faults
    {
        get
        {
            var faults = new TheoryData<string, int, int, bool>();
            foreach (string operation in Operations)
            {
                faults.Add(operation, 1, 1, false);
                faults.Add(operation, 2, 5, false);
                faults.Add(operation, 1, 3, true);
            }

            return faults;
        }
    }

    [Fact]
    public void Every_operation_of_the_store_is_made_to_fail() => Assert.Equal(Operations.Order(), FaultyStore.Operations().Distinct().Order());

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_store_that_fails_for_a_while_costs_nothing_but_time(string operation, int from, int count, bool isArbitrary)
    {
        var store = new FaultyStore(operation, from, count, isArbitrary);
        var scenario = new FaultScenario();
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = scenario.Register,
            Options = options => (options.Faults, options.RelaxedDurability) = (store.Before, true),
        });

        await Task.WhenAll(Enumerable.Range(0, 3).Select(n => scenario.RunAsync(host, n)));

        Assert.Equal(count, store.Fired);
        Assert.Equal(Operations.Order(), store.Called.Order());
        Assert.All(scenario.Runs, run => Assert.Equal((run.Key, run.Key.StartsWith("flaky", StringComparison.Ordinal) ? 2 : 1), (run.Key, run.Value)));
        await foreach (OrchestrationMetadata instance in host.Client.GetAllInstancesAsync())
        {
            IReadOnlyList<HistoryEvent> history = await host.HistoryOfAsync(instance.InstanceId);
            int[] answers = [.. history.OfType<TaskCompletedEvent>().Select(e => e.TaskScheduledId)];
            Assert.Equal(answers.Distinct(), answers);
        }

        await host.StopAsync();
        using SqliteConnection file = SqliteConnection.Open(host.File, readOnly: true);
        Assert.Equal(0, file.ExecuteScalar("SELECT COUNT(*) FROM timers") + file.ExecuteScalar("SELECT COUNT(*) FROM inbox"));
    }

    [Theory]
    [InlineData("commit", "start")]
    [InlineData("instance.insert", "start")]
    [InlineData("instance.find", "start")]
    [InlineData("commit", "event")]
    [InlineData("inbox.insert", "event")]
    [InlineData("inbox.insert", "suspend")]
    [InlineData("inbox.insert", "terminate")]
    [InlineData("inbox.insert", "signal")]
    [InlineData("entity.delete", "purge entity")]
    [InlineData("commit", "purge entity")]
    public async Task A_call_that_could_not_be_stored_says_so_and_has_done_nothing(string operation, string call)
    {
        bool fails = false;
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            HasWorker = false,
            Options = options => options.Faults = name =>
            {
                if (Volatile.Read(ref fails) && name == operation)
                {
                    throw new SqliteException(SQLitePCL.raw.SQLITE_FULL, "database or disk is full");
                }
            },
        });
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Any", new StartOrchestrationOptions("there"));
        Volatile.Write(ref fails, true);

        SqliteException refusal = await Assert.ThrowsAsync<SqliteException>(() => Wait.For(Call(host.Client, call)));

        Assert.True(refusal.IsDiskFull);
        Volatile.Write(ref fails, false);
        Assert.Null(await host.Client.GetInstanceAsync("new"));
        await Wait.For(Call(host.Client, call));
        await host.StopAsync();
        using SqliteConnection file = SqliteConnection.Open(host.File, readOnly: true);
        Assert.Equal(call == "start" ? 2 : 1, file.ExecuteScalar("SELECT COUNT(*) FROM instances"));
        Assert.Equal(call is "event" or "suspend" or "terminate" or "signal" ? 1 : 0, file.ExecuteScalar("SELECT COUNT(*) FROM inbox"));
    }

    static Task Call(DurableTaskClient client, string call) => call switch
    {
        "start" => client.ScheduleNewOrchestrationInstanceAsync("Any", new StartOrchestrationOptions("new")),
        "event" => client.RaiseEventAsync("there", "go", 1),
        "suspend" => client.SuspendInstanceAsync("there"),
        "terminate" => client.TerminateInstanceAsync("there", "enough"),
        "signal" => client.Entities.SignalEntityAsync(new Microsoft.DurableTask.Entities.EntityInstanceId("e", "1"), "add", 1),
        "purge entity" => client.PurgeInstanceAsync("@e@1"),
        _ => throw new ArgumentOutOfRangeException(nameof(call)),
    };
}
