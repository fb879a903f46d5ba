using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>What an orchestrator sees is the same when it is rebuilt from its history.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task New_guids_are_those_of_the_official_algorithm()
    {
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc<Guid[]>("Guids", context => Task.FromResult(new[] { context.NewGuid(), context.NewGuid() })),
            new TestClock(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero)));

        OrchestrationMetadata ended = await host.RunAsync("Guids", options: new StartOrchestrationOptions("fixed"));

        // Version 5 UUIDs of "fixed_2030-01-02T03:04:05.0000000Z_0" and "..._1" in the worker's namespace.
        Assert.Equal(
            [Guid.Parse("3e84e877-120f-5a20-8d80-8d72639e677a"), Guid.Parse("586eb7b0-c3bd-58d4-840b-806b19ec4411")],
            ended.ReadOutputAs<Guid[]>()!);
    }

    [Fact]
    public async Task Guids_and_times_do_not_change_when_an_instance_comes_back_from_disk()
    {
        var seen = new List<(Guid Id, DateTime Time, bool IsReplaying)>();
        await using TestHost host = await StartEvictingAsync(tasks => tasks.AddOrchestratorFunc("Subject", async context =>
        {
            seen.Add((context.NewGuid(), context.CurrentUtcDateTime, context.IsReplaying));
            await context.WaitForExternalEvent<object>("E");
            seen.Add((context.NewGuid(), context.CurrentUtcDateTime, context.IsReplaying));
            await context.WaitForExternalEvent<object>("E");
            seen.Add((context.NewGuid(), context.CurrentUtcDateTime, context.IsReplaying));
        }));
        string id = await host.BeginAsync("Subject");

        await EvictAsync(host, id);
        await host.Client.RaiseEventAsync(id, "E");
        await host.UntilHistoryHasAsync<global::DurableTask.Core.History.EventRaisedEvent>(id);
        await EvictAsync(host, id);
        await host.Client.RaiseEventAsync(id, "E");
        await host.EndOfAsync(id);

        Assert.Equal([false, true, false, true, true, false], seen.Select(s => s.IsReplaying));
        Assert.Equal(3, seen.Select(s => s.Id).Distinct().Count());
        Assert.Equal([seen[0].Id, seen[0].Id, seen[2].Id, seen[0].Id, seen[2].Id, seen[5].Id], seen.Select(s => s.Id));
        Assert.Equal([seen[0].Time, seen[0].Time, seen[2].Time, seen[0].Time, seen[2].Time, seen[5].Time], seen.Select(s => s.Time));
        Assert.All(seen, s => Assert.Equal(DateTimeKind.Utc, s.Time.Kind));
        Assert.True(seen[0].Time <= seen[2].Time && seen[2].Time <= seen[5].Time);
    }

    [Fact]
    public async Task A_live_instance_is_not_replayed_at_each_turn()
    {
        int begun = 0;
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc<int, int>("Add", (_, n) => n + 1)
            .AddOrchestratorFunc<int>("Loop", async context =>
            {
                Interlocked.Increment(ref begun);
                int n = 0;
                for (int i = 0; i < 20; i++)
                {
                    n = await context.CallActivityAsync<int>("Add", n);
                }

                return n;
            }));

        OrchestrationMetadata ended = await host.RunAsync("Loop");

        Assert.Equal(20, ended.ReadOutputAs<int>());
        Assert.Equal(1, begun);
    }

    [Fact]
    [Trait("Row", "KZ09")]
    public async Task A_replay_takes_results_from_history_and_runs_no_activity_again()
    {
        int ran = 0;
        await using TestHost host = await StartEvictingAsync(tasks => tasks
            .AddActivityFunc<int>("Count", _ => Interlocked.Increment(ref ran))
            .AddOrchestratorFunc<int>("Subject", async context =>
            {
                int first = await context.CallActivityAsync<int>("Count");
                await context.WaitForExternalEvent<object>("E");
                return first;
            }));
        string id = await host.BeginAsync("Subject");
        await host.UntilHistoryHasAsync<global::DurableTask.Core.History.TaskCompletedEvent>(id);

        await EvictAsync(host, id);
        await host.Client.RaiseEventAsync(id, "E");

        Assert.Equal(1, (await host.EndOfAsync(id)).ReadOutputAs<int>());
        Assert.Equal(1, ran);
    }

    [Fact]
    public async Task A_replay_safe_logger_says_each_thing_once()
    {
        await using TestHost host = await StartEvictingAsync(tasks => tasks.AddOrchestratorFunc("Subject", async context =>
        {
            ILogger safe = context.CreateReplaySafeLogger("Safe");
            ILogger made = context.ReplaySafeLoggerFactory.CreateLogger("Made");
            safe.LogInformation("before");
            made.LogInformation("before");
            await context.WaitForExternalEvent<object>("E");
            safe.LogInformation("after");
            made.LogInformation("after");
        }));
        string id = await host.BeginAsync("Subject");

        await EvictAsync(host, id);
        await host.Client.RaiseEventAsync(id, "E");
        await host.EndOfAsync(id);

        Assert.Equal(["before", "after"], host.Logs.MessagesOf("Safe"));
        Assert.Equal(["before", "after"], host.Logs.MessagesOf("Made"));
    }

    [Fact]
    public async Task Code_that_does_not_repeat_its_history_fails_and_names_both_sides()
    {
        await using TestHost host = await TestHost.StartAsync(Version("Old"));
        string id = await host.BeginAsync("Subject");

        await host.RestartAsync(Version("New"));
        await host.Client.RaiseEventAsync(id, "E");

        TaskFailureDetails failure = (await host.EndOfAsync(id)).FailureDetails!;
        Assert.EndsWith("NonDeterministicOrchestrationException", failure.ErrorType, StringComparison.Ordinal);
        Assert.Contains("activity 'Old' (#0)", failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("activity 'New' (#0)", failure.ErrorMessage, StringComparison.Ordinal);

        static Action<DurableTaskRegistry> Version(string activity) => tasks => tasks
            .AddActivityFunc("Old", (Action<TaskActivityContext>)(_ => { }))
            .AddActivityFunc("New", (Action<TaskActivityContext>)(_ => { }))
            .AddOrchestratorFunc("Subject", async context =>
            {
                await context.CallActivityAsync(activity);
                await context.WaitForExternalEvent<object>("E");
            });
    }

    static Task<TestHost> StartEvictingAsync(Action<DurableTaskRegistry> tasks) => TestHost.StartAsync(new TestHostSetup
    {
        Tasks = registry => tasks(registry.AddOrchestratorFunc("Idle", context => context.WaitForExternalEvent<object>("E"))),
        Options = options => options.MaxLiveInstances = 1,
    });

    /// <summary>There is room for one instance: another one takes it.</summary>
    static async Task EvictAsync(TestHost host, string id)
    {
        await host.BeginAsync("Idle");
        await host.UntilEvictedAsync(id);
    }
}
