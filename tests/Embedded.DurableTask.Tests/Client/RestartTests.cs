using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>Running an instance once more, from its beginning.</summary>
public sealed class RestartTests
{
    int _runs;

    void Tasks(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string, string>("Count", (_, text) => $"{text} {Interlocked.Increment(ref _runs)}")
        .AddOrchestratorFunc<string>("Wait", context => context.WaitForExternalEvent<string>("E"));

    [Fact]
    public async Task An_ended_instance_runs_again_under_its_id_with_its_input_and_tags()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        var options = new StartOrchestrationOptions("one") { Tags = new Dictionary<string, string> { ["k"] = "v" } };
        await host.RunAsync("Count", "run", options);

        string id = await host.Client.RestartAsync("one");

        OrchestrationMetadata ended = await host.EndOfAsync(id);
        Assert.Equal("one", id);
        Assert.Equal("run 2", ended.ReadOutputAs<string>());
        Assert.Equal("v", ended.Tags["k"]);
    }

    [Fact]
    public async Task A_restart_under_a_new_id_leaves_the_old_instance_as_it_is()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await host.RunAsync("Count", "run", new StartOrchestrationOptions("one"));

        string id = await host.Client.RestartAsync("one", restartWithNewInstanceId: true);

        Assert.NotEqual("one", id);
        Assert.Equal("run 2", (await host.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Equal("run 1", (await host.StateOfAsync("one")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_running_instance_is_restarted_under_a_new_id_only()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("Wait");

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RestartAsync(id));
        string other = await host.Client.RestartAsync(id, restartWithNewInstanceId: true);
        await host.Client.RaiseEventAsync(other, "E", "other");

        Assert.Equal("other", (await host.EndOfAsync(other)).ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.StateOfAsync(id)).RuntimeStatus);
    }

    [Fact]
    public async Task An_unknown_instance_cannot_be_restarted()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RestartAsync("nobody"));
    }
}
