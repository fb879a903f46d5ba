using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>Instances that are ended from outside.</summary>
public sealed class TerminateTests
{
    static void Tasks(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string>("Leaf", context => context.WaitForExternalEvent<string>("E"))
        .AddOrchestratorFunc<string>("Middle", context => context.CallSubOrchestratorAsync<string>("Leaf", new SubOrchestrationOptions(instanceId: "leaf")))
        .AddOrchestratorFunc<string>("Root", context => context.CallSubOrchestratorAsync<string>("Middle", new SubOrchestrationOptions(instanceId: "middle")))
        .AddOrchestratorFunc<string>("Quick", _ => Task.FromResult("my own output"));

    [Fact]
    public async Task A_terminated_instance_ends_with_the_given_output()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("Leaf");

        await host.Client.TerminateInstanceAsync(id, "stopped by hand");

        OrchestrationMetadata ended = await host.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
        Assert.Equal("stopped by hand", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_recursive_termination_ends_children_and_their_children()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("Root");
        await Wait.Until(async () => await host.Client.GetInstanceAsync("leaf") is not null);
        await host.Client.WaitForInstanceStartAsync("leaf", Wait.Token);

        await host.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("all of you", Recursive: true));

        foreach (string each in (string[])[id, "middle", "leaf"])
        {
            Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.EndOfAsync(each)).RuntimeStatus);
        }
    }

    [Fact]
    public async Task A_recursive_termination_reaches_what_is_started_in_the_same_moment_and_leaves_no_alarm()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<int>("Grow", async (context, depth) =>
            {
                _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                await Task.WhenAll(Enumerable.Range(0, depth < 5 ? 3 : 0).Select(_ => context.CallSubOrchestratorAsync("Grow", depth + 1)));
            }));
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Grow", 0);
        await Wait.Until(async () => await host.Client.GetAllInstancesAsync().CountAsync() > 50, "the tree to grow");

        await host.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions { Recursive = true });

        await Wait.Until(
            async () => await host.Client.GetAllInstancesAsync().AllAsync(i => i.RuntimeStatus == OrchestrationRuntimeStatus.Terminated),
            "the whole tree to end");
        await Wait.Until(() => host.Hub.Dispatcher!.Timers.Count == 0, "the alarms to go");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_terminated_instance_leaves_no_alarm(bool evicted)
    {
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Options = options => options.MaxLiveInstances = evicted ? 1 : 100,
            Tasks = tasks => tasks
                .AddOrchestratorFunc("Leaf", context => context.WaitForExternalEvent<string>("E"))
                .AddOrchestratorFunc("Sleep", context => context.CreateTimer(TimeSpan.FromDays(30), CancellationToken.None)),
        });
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => host.BeginAsync("Sleep")));
        await Wait.Until(() => host.Hub.Dispatcher!.Timers.Count == 5, "the alarms");
        if (evicted)
        {
            await host.BeginAsync("Leaf");
            await Task.WhenAll(ids.Select(host.UntilEvictedAsync));
        }

        await Task.WhenAll(ids.Select(id => host.Client.TerminateInstanceAsync(id)));
        await Task.WhenAll(ids.Select(host.EndOfAsync));

        await Wait.Until(() => host.Hub.Dispatcher!.Timers.Count == 0, "the alarms to go");
        Assert.Equal(0, host.Hub.Read(reader => reader.Scalar("SELECT COUNT(*) FROM timers")));
    }

    [Fact]
    public async Task A_termination_that_is_not_recursive_leaves_the_children_running()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = await host.BeginAsync("Root");
        await host.Client.WaitForInstanceStartAsync("leaf", Wait.Token);

        await host.Client.TerminateInstanceAsync(id);
        await host.EndOfAsync(id);
        await host.Client.RaiseEventAsync("leaf", "E", "alive");

        Assert.Equal("alive", (await host.EndOfAsync("middle")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_instance_terminated_before_it_began_never_runs()
    {
        int runs = 0;
        var setup = new TestHostSetup
        {
            Tasks = tasks => tasks.AddOrchestratorFunc("Count", (Action<TaskOrchestrationContext>)(_ => Interlocked.Increment(ref runs))),
        };
        await using TestHost host = await TestHost.StartAsync(setup with { HasWorker = false });
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Count");
        await host.Client.TerminateInstanceAsync(id, "not wanted");

        await host.RestartAsync(setup);

        OrchestrationMetadata ended = await host.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
        Assert.Equal("not wanted", ended.ReadOutputAs<string>());
        Assert.Equal(0, runs);
    }

    [Fact]
    public async Task An_instance_with_a_delayed_start_can_be_terminated_before_it()
    {
        var clock = new TestClock();
        await using TestHost host = await TestHost.StartAsync(Tasks, clock);
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Quick", new StartOrchestrationOptions { StartAt = clock.GetUtcNow().AddDays(1) });

        await host.Client.TerminateInstanceAsync(id);
        OrchestrationMetadata ended = await host.EndOfAsync(id);
        clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.StateOfAsync(id)).RuntimeStatus);
    }

    [Fact]
    public async Task Terminating_a_finished_or_unknown_instance_changes_nothing()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        string id = (await host.RunAsync("Quick")).InstanceId;

        await host.Client.TerminateInstanceAsync(id, "too late");
        await host.Client.TerminateInstanceAsync("nobody");

        OrchestrationMetadata state = await host.StateOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, state.RuntimeStatus);
        Assert.Equal("my own output", state.ReadOutputAs<string>());
        Assert.Null(await host.Client.GetInstanceAsync("nobody"));
    }
}
