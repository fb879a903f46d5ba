using Embedded.DurableTask.Tests.Support;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>In which order a continuation gets what came while its predecessor ran.</summary>
public sealed class ContinuationOrderTests
{
    [Fact]
    public async Task Carried_over_events_come_before_those_that_arrive_while_the_round_ends()
    {
        var ending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var mayEnd = new ManualResetEventSlim();
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<int, string>("TwoRounds", async (context, round) =>
        {
            if (round == 1)
            {
                await context.WaitForExternalEvent<string>("Go");
                ending.SetResult();
                mayEnd.Wait(Wait.Limit);
                context.ContinueAsNew(2);
                return string.Empty;
            }

            string all = string.Empty;
            for (int i = 0; i < 4; i++)
            {
                all += await context.WaitForExternalEvent<string>("E");
            }

            return all;
        }));
        string id = await host.BeginAsync("TwoRounds", 1);
        await host.Client.RaiseEventAsync(id, "E", "a");
        await host.Client.RaiseEventAsync(id, "E", "b");
        await host.Client.RaiseEventAsync(id, "Go");
        await Wait.For(ending.Task);

        await host.Client.RaiseEventAsync(id, "E", "c");
        await host.Client.RaiseEventAsync(id, "E", "d");
        mayEnd.Set();

        Assert.Equal("abcd", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }
}
