using DurableTask.Core.History;
using Embedded.DurableTask.Store;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Faults;

/// <summary>An instance whose stored state is damaged, or whose code is gone, fails alone and says why; the others go on.</summary>
public sealed class PoisonTests
{
    public static TheoryData<string> Garbage => new()
    {
        "x''",
        "x'01'",
        "x'02ffffffffffffffff'",
        "x'01ffffffffffffff7f0101'",
        "zeroblob(5000)",
        "randomblob(300)",
        "substr(data, 1, length(data) - 1)",
        "data || x'00'",
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task An_unreadable_turn_fails_its_instance_alone(string garbage)
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string poisoned = await host.BeginAsync("Wait"), sound = await host.BeginAsync("Wait");
        await host.StopAsync();
        Tamper(host, $"UPDATE history SET data = {garbage} WHERE execution = (SELECT execution FROM instances WHERE id = '{poisoned}')");

        await host.StartAgainAsync(new TestHostSetup { Tasks = Tasks });
        await Task.WhenAll(host.Client.RaiseEventAsync(poisoned, "go", "1"), host.Client.RaiseEventAsync(sound, "go", "2"));

        OrchestrationMetadata failed = await host.EndOfAsync(poisoned);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        Assert.Equal("HistoryUnreadable", failed.FailureDetails!.ErrorType);
        Assert.Contains("Turn 0 of the history cannot be read: ", failed.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("2", (await host.EndOfAsync(sound)).ReadOutputAs<string>());
        Assert.Equal(2, await host.Client.GetAllInstancesAsync().CountAsync());
    }

    [Fact]
    public async Task A_missing_turn_fails_its_instance_alone()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string poisoned = await host.BeginAsync("Wait"), sound = await host.BeginAsync("Wait");
        await host.Client.RaiseEventAsync(poisoned, "other", "1");
        await host.UntilHistoryHasAsync<EventRaisedEvent>(poisoned);
        await host.StopAsync();
        Tamper(host, $"DELETE FROM history WHERE turn = 0 AND execution = (SELECT execution FROM instances WHERE id = '{poisoned}')");

        await host.StartAgainAsync(new TestHostSetup { Tasks = Tasks });
        await Task.WhenAll(host.Client.RaiseEventAsync(poisoned, "go", "1"), host.Client.RaiseEventAsync(sound, "go", "2"));

        Assert.Contains("jumps from turn -1 to turn 1", (await host.EndOfAsync(poisoned)).FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("2", (await host.EndOfAsync(sound)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_unreadable_message_fails_its_instance_alone_and_does_not_come_back()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string poisoned = await host.BeginAsync("Wait"), sound = await host.BeginAsync("Wait");
        await host.RestartAsync(new TestHostSetup { HasWorker = false });
        await Task.WhenAll(host.Client.RaiseEventAsync(poisoned, "go", "1"), host.Client.RaiseEventAsync(sound, "go", "2"));
        await host.StopAsync();
        Tamper(host, $"UPDATE inbox SET data = x'0102' WHERE target = '{poisoned}'");

        await host.StartAgainAsync(new TestHostSetup { Tasks = Tasks });

        OrchestrationMetadata failed = await host.EndOfAsync(poisoned);
        Assert.Equal("MessageUnreadable", failed.FailureDetails?.ErrorType);
        Assert.Equal("2", (await host.EndOfAsync(sound)).ReadOutputAs<string>());
        await host.StopAsync();
        Assert.Equal(0, Scalar(host, "SELECT COUNT(*) FROM inbox"));
    }

    [Fact]
    public async Task An_unreadable_message_to_an_entity_is_dropped_with_a_word_and_the_next_one_counts()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        var counter = new EntityInstanceId("Counter", "1");
        await host.RestartAsync(new TestHostSetup { HasWorker = false });
        await host.Client.Entities.SignalEntityAsync(counter, "add", 1);
        await host.Client.Entities.SignalEntityAsync(counter, "add", 10);
        await host.StopAsync();
        Tamper(host, "UPDATE inbox SET data = x'0102' WHERE seq = (SELECT MIN(seq) FROM inbox)");

        await host.StartAgainAsync(new TestHostSetup { Tasks = Tasks });

        await Wait.Until(async () => (await host.Client.Entities.GetEntityAsync<int>(counter))?.State == 10, "the second signal");
        Assert.Contains(host.Logs.Entries, log => log.Message.Contains("cannot be read and is dropped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_recorded_result_that_no_longer_deserializes_fails_its_instance_alone()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => Registered<string>(tasks, "a string"));
        string poisoned = await host.BeginAsync("Typed");
        await host.UntilHistoryHasAsync<TaskCompletedEvent>(poisoned);

        // The new version of the app wants a number where a string is recorded.
        await host.RestartAsync(tasks => Registered<int>(tasks, 5));
        await host.Client.RaiseEventAsync(poisoned, "go", "1");

        OrchestrationMetadata failed = await host.EndOfAsync(poisoned);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        Assert.Equal("5", (await RunWithEventAsync(host, "Typed")).ReadOutputAs<string>());

        static void Registered<T>(DurableTaskRegistry tasks, T result) => tasks
            .AddActivityFunc("Result", _ => result)
            .AddOrchestratorFunc<string>("Typed", async context =>
            {
                T got = await context.CallActivityAsync<T>("Result");
                await context.WaitForExternalEvent<string>("go");
                return $"{got}";
            });
    }

    [Fact]
    public async Task An_input_that_does_not_deserialize_fails_its_instance_alone()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<int, int>("Double", (_, n) => 2 * n));

        OrchestrationMetadata failed = await host.RunAsync("Double", "not a number");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        Assert.Equal("System.Text.Json.JsonException", failed.FailureDetails!.ErrorType);
        Assert.Equal(8, (await host.RunAsync("Double", 4)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task An_orchestrator_that_is_gone_fails_its_instances_by_name()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string orphan = await host.BeginAsync("Wait");
        await host.RestartAsync(tasks => tasks.AddOrchestratorFunc<string, string>("Echo", (_, text) => text));

        await host.Client.RaiseEventAsync(orphan, "go", "1");

        OrchestrationMetadata failed = await host.EndOfAsync(orphan);
        Assert.Equal("OrchestratorTaskNotFound", failed.FailureDetails?.ErrorType);
        Assert.Contains("'Wait'", failed.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("hello", (await host.RunAsync("Echo", "hello")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Changed_code_fails_its_running_instances_alone_and_tells_both_sides()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => Registered(tasks, "Old"));
        string old = await host.BeginAsync("Changed");
        await host.UntilHistoryHasAsync<TaskCompletedEvent>(old);

        await host.RestartAsync(tasks => Registered(tasks, "New"));
        await host.Client.RaiseEventAsync(old, "go", "1");

        string message = (await host.EndOfAsync(old)).FailureDetails!.ErrorMessage;
        Assert.Contains("In turn 0, action 0, the history has activity 'Old' (#0), but the code asked for activity 'New' (#0).", message, StringComparison.Ordinal);
        Assert.Equal("New 1", (await RunWithEventAsync(host, "Changed")).ReadOutputAs<string>());

        static void Registered(DurableTaskRegistry tasks, string activity) => tasks
            .AddActivityFunc(activity, _ => activity)
            .AddOrchestratorFunc<string>("Changed", async context =>
                $"{await context.CallActivityAsync<string>(activity)} {await context.WaitForExternalEvent<string>("go")}");
    }

    [Fact]
    public async Task A_poisoned_child_tells_its_parent()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string parent = await host.BeginAsync("Parent");
        await Wait.Until(async () => await host.Client.GetInstanceAsync("child") is { RuntimeStatus: OrchestrationRuntimeStatus.Running }, "the child");
        await host.StopAsync();
        Tamper(host, "UPDATE history SET data = x'00' WHERE execution = (SELECT execution FROM instances WHERE id = 'child')");

        await host.StartAgainAsync(new TestHostSetup { Tasks = Tasks });
        await host.Client.RaiseEventAsync("child", "go", "1");

        OrchestrationMetadata failed = await host.EndOfAsync(parent);
        Assert.Equal("HistoryUnreadable", failed.FailureDetails?.InnerFailure?.ErrorType);
    }

    [Fact]
    public async Task A_state_that_no_longer_deserializes_fails_the_operation_and_can_be_purged()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        var counter = new EntityInstanceId("Counter", "1");
        await host.RunAsync("Add", 5);
        await host.StopAsync();
        Tamper(host, "UPDATE entities SET state = '{broken'");
        await host.StartAgainAsync(new TestHostSetup { Tasks = Tasks });

        OrchestrationMetadata failed = await host.RunAsync("Add", 5);
        await host.Client.PurgeInstanceAsync(counter.ToString());
        OrchestrationMetadata completed = await host.RunAsync("Add", 7);

        Assert.Equal("System.Text.Json.JsonException", failed.FailureDetails?.InnerFailure?.ErrorType);
        Assert.Equal(7, completed.ReadOutputAs<int>());
    }

    static void Tasks(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string>("Wait", async context => await context.WaitForExternalEvent<string>("go"))
        .AddOrchestratorFunc<string>("Parent", context =>
            context.CallSubOrchestratorAsync<string>("Wait", options: new SubOrchestrationOptions { InstanceId = "child" }))
        .AddOrchestratorFunc<int, int>("Add", (context, n) => context.Entities.CallEntityAsync<int>(new EntityInstanceId("Counter", "1"), "add", n))
        .AddEntity("Counter", _ => new Counter());

    static async Task<OrchestrationMetadata> RunWithEventAsync(TestHost host, string name)
    {
        string id = await host.BeginAsync(name);
        await host.Client.RaiseEventAsync(id, "go", "1");
        return await host.EndOfAsync(id);
    }

    static void Tamper(TestHost host, string sql)
    {
        using SqliteConnection connection = SqliteConnection.Open(host.File, readOnly: false);
        connection.Execute(sql);
        Assert.True(connection.Changes > 0);
    }

    static long Scalar(TestHost host, string sql)
    {
        using SqliteConnection connection = SqliteConnection.Open(host.File, readOnly: true);
        return connection.ExecuteScalar(sql);
    }

    sealed class Counter : TaskEntity<int>
    {
        public int Add(int n) => State += n;
    }
}
