using System.Collections.Concurrent;
using DurableTask.Core.History;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>A failed instance goes on from before its failures; what had succeeded is not done again.</summary>
public sealed class RewindTests
{
    readonly ConcurrentDictionary<string, int> _runs = new();
    volatile bool _broken = true;

    void Tasks(DurableTaskRegistry tasks) => tasks
        .AddActivityFunc<string, string>("Work", (_, name) => Run(name))
        .AddOrchestratorFunc<string>("Sequence", async context =>
            await context.CallActivityAsync<string>("Work", "good") + await context.CallActivityAsync<string>("Work", "bad"))
        .AddOrchestratorFunc<string>("FanOut", async context => string.Concat(await Task.WhenAll(
            ((string[])["a", "bad1", "b", "bad2"]).Select(name => context.CallActivityAsync<string>("Work", name)))))
        .AddOrchestratorFunc<string>("Retrying", context =>
            context.CallActivityAsync<string>("Work", "bad", TaskOptions.FromRetryHandler(retry => retry.LastAttemptNumber < 3)))
        .AddOrchestratorFunc<string>("Parent", async context =>
            await context.CallActivityAsync<string>("Work", "first")
            + await context.CallSubOrchestratorAsync<string>("Sequence", new SubOrchestrationOptions(instanceId: "child")))
        .AddOrchestratorFunc<string>("Buggy", async context =>
        {
            string done = await context.CallActivityAsync<string>("Work", "good");
            string word = await context.WaitForExternalEvent<string>("E");
            return _broken ? throw new InvalidOperationException("bug") : done + word;
        });

    [Fact]
    public async Task The_failed_activity_runs_again_and_the_earlier_one_does_not()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        OrchestrationMetadata ended = await FailRepairRewindAsync(host, "Sequence");

        Assert.Equal("good1;bad2;", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task All_failures_of_a_fan_out_run_again_and_nothing_else()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        OrchestrationMetadata ended = await FailRepairRewindAsync(host, "FanOut");

        Assert.Equal("a1;bad12;b1;bad22;", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_call_whose_retries_were_used_up_gets_another_attempt()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        OrchestrationMetadata ended = await FailRepairRewindAsync(host, "Retrying");

        Assert.Equal("bad4;", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_failed_sub_orchestration_is_rewound_with_its_parent()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        OrchestrationMetadata ended = await FailRepairRewindAsync(host, "Parent");

        Assert.Equal("first1;good1;bad2;", ended.ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.StateOfAsync("child")).RuntimeStatus);
    }

    [Fact]
    public async Task An_orchestrator_whose_bug_was_fixed_goes_on_with_what_it_had_received()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("Buggy");
        await host.Client.RaiseEventAsync(id, "E", "word");
        OrchestrationMetadata failed = await host.EndOfAsync(id);

        _broken = false;
        await host.RestartAsync();
        await host.Client.RewindInstanceAsync(id, "fixed");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        Assert.Equal("good1;word", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_rewound_instance_that_fails_again_can_be_rewound_again()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = (await host.RunAsync("Sequence")).InstanceId;
        await host.Client.RewindInstanceAsync(id, "too early");
        await Wait.Until(() => _runs.GetValueOrDefault("bad") == 2);
        await host.UntilStatusAsync(id, OrchestrationRuntimeStatus.Failed);

        _broken = false;
        await host.Client.RewindInstanceAsync(id, "now");
        await host.UntilStatusAsync(id, OrchestrationRuntimeStatus.Completed);

        Assert.Equal("good1;bad3;", (await host.StateOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_instance_that_the_engine_ended_keeps_all_that_it_did_and_the_answers_that_came_too_late()
    {
        bool changed = false;
        void Tasks(DurableTaskRegistry tasks) => tasks
            .AddActivityFunc<string, string>("Work", (_, name) => Run(name))
            .AddOrchestratorFunc<string>("Child", async context => await context.WaitForExternalEvent<string>("Go"))
            .AddOrchestratorFunc<string>("Changing", async context =>
            {
                if (Volatile.Read(ref changed))
                {
                    return await context.CallActivityAsync<string>("Work", "something else");
                }

                Task<string> child = context.CallSubOrchestratorAsync<string>("Child", new SubOrchestrationOptions(instanceId: "kid"));
                string done = await context.CallActivityAsync<string>("Work", "once");
                return done + await context.WaitForExternalEvent<string>("E") + await child;
            });
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("Changing");
        await host.UntilHistoryHasAsync<TaskCompletedEvent>(id);
        await host.Client.WaitForInstanceStartAsync("kid", Wait.Token);
        Volatile.Write(ref changed, true);
        await host.RestartAsync();
        await host.Client.RaiseEventAsync(id, "E", "lost with the failure;");
        OrchestrationMetadata failed = await host.EndOfAsync(id);
        await host.Client.RaiseEventAsync("kid", "Go", "kid;");
        await host.EndOfAsync("kid");

        Volatile.Write(ref changed, false);
        await host.RestartAsync();
        await host.Client.RewindInstanceAsync(id, "repaired");
        await host.Client.RaiseEventAsync(id, "E", "again;");

        Assert.Contains("does not repeat its history", failed.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("once1;again;kid;", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Only_a_failed_instance_can_be_rewound()
    {
        _broken = false;
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = (await host.RunAsync("Sequence")).InstanceId;

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RewindInstanceAsync(id, "why"));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RewindInstanceAsync("nobody", "why"));
    }

    async Task<OrchestrationMetadata> FailRepairRewindAsync(TestHost host, string name)
    {
        OrchestrationMetadata failed = await host.RunAsync(name);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        _broken = false;
        await host.Client.RewindInstanceAsync(failed.InstanceId, "repaired");
        await host.UntilStatusAsync(failed.InstanceId, OrchestrationRuntimeStatus.Completed);
        return await host.StateOfAsync(failed.InstanceId);
    }

    string Run(string name)
    {
        int run = _runs.AddOrUpdate(name, 1, (_, n) => n + 1);
        return _broken && name.StartsWith("bad", StringComparison.Ordinal) ? throw new InvalidOperationException($"{name} is broken") : $"{name}{run};";
    }
}
