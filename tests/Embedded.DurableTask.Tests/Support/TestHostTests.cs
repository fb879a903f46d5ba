using DurableTask.Core.History;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Support;

/// <summary>What the other tests stand on.</summary>
public sealed class TestHostTests
{
    [Fact]
    public async Task A_host_runs_a_task_restarts_on_its_file_and_leaves_no_folder()
    {
        TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string, string>("Echo", (_, text) => text));
        await using (host)
        {
            OrchestrationMetadata ended = await host.RunAsync("Echo", "hello");

            await host.RestartAsync();

            Assert.Equal("hello", (await host.StateOfAsync(ended.InstanceId)).ReadOutputAs<string>());
            Assert.True(System.IO.File.Exists(host.File));
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(host.File)));
    }

    [Fact]
    public async Task A_clock_that_stands_still_rings_a_timer_when_it_is_moved()
    {
        var clock = new TestClock();
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc("Sleep", context => context.CreateTimer(TimeSpan.FromHours(30), CancellationToken.None)), clock);
        string id = await host.BeginAsync("Sleep");
        await host.UntilHistoryHasAsync<TimerCreatedEvent>(id);

        clock.Advance(TimeSpan.FromHours(30));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.EndOfAsync(id)).RuntimeStatus);
    }
}
