using Embedded.DurableTask.Tests.Support;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class TurnWatchTests
{
    [Fact]
    public async Task An_orchestrator_that_blocks_is_told_of_until_it_goes_on()
    {
        var clock = new TestClock();
        using var entered = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Time = clock,
            Tasks = tasks => tasks.AddOrchestratorFunc<string, string>("Blocks", (_, _) =>
            {
                entered.Set();
                go.Wait(TimeSpan.FromSeconds(30));
                return Task.FromResult("done");
            }),
        });
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Blocks", "x");
        Assert.True(entered.Wait(TimeSpan.FromSeconds(30)));

        Assert.Empty(Warnings(host.Logs, id));
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(Warnings(host.Logs, id));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains("its code blocks", Assert.Single(Warnings(host.Logs, id)));

        go.Set();
        await host.Client.WaitForInstanceCompletionAsync(id);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(Warnings(host.Logs, id));
    }

    static IEnumerable<string> Warnings(CapturedLogs logs, string id) =>
        logs.Entries.Select(e => e.Message).Where(m => m.Contains($"The orchestrator of instance '{id}' has not returned", StringComparison.Ordinal));
}
