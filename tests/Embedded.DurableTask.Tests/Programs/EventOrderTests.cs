using Embedded.DurableTask.Tests.Support;

namespace Embedded.DurableTask.Tests.Programs;

/// <summary>Events of one sender are taken in the order in which they were acknowledged, whatever happens to their receiver.</summary>
public sealed class EventOrderTests
{
    const int Events = 300;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(true, 100)]
    public async Task Events_keep_their_order_while_their_receiver_continues_as_new(bool restarts, int live)
    {
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = tasks => tasks.AddOrchestratorFunc<List<int>, List<int>>("Collect", async (context, seen) =>
            {
                seen.Add(await context.WaitForExternalEvent<int>("n"));
                if (seen.Count < Events)
                {
                    context.ContinueAsNew(seen);
                }

                return seen;
            }),
            Options = options => (options.MaxLiveInstances, options.RelaxedDurability) = (live, true),
        });
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.Client.ScheduleNewOrchestrationInstanceAsync("Collect", new List<int>())));

        for (int n = 0; n < Events; n++)
        {
            int number = n;
            await Task.WhenAll(ids.Select(id => host.Client.RaiseEventAsync(id, "n", number)));
            if (restarts && n % 60 == 59)
            {
                await host.RestartAsync();
            }
        }

        foreach (string id in ids)
        {
            Assert.Equal(Enumerable.Range(0, Events), (await host.EndOfAsync(id)).ReadOutputAs<List<int>>());
        }
    }
}
