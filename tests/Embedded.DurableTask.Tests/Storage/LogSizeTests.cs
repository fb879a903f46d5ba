using Embedded.DurableTask.Tests.Support;

namespace Embedded.DurableTask.Tests.Storage;

/// <summary>The log beside the file is copied into it by what was written, however few commits that took.</summary>
public sealed class LogSizeTests
{
    const int Large = 4_000_000;
    const int Count = 40;

    /// <summary>To this size SQLite cuts the log when it begins at its head again.</summary>
    const long Limit = 64L << 20;

    [Fact]
    public async Task A_few_large_inputs_do_not_make_the_log_grow_for_ever()
    {
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup { HasWorker = false });
        string input = new('x', Large);

        for (int i = 0; i < Count; i++)
        {
            await host.Client.ScheduleNewOrchestrationInstanceAsync("Nobody", input);
        }

        Assert.InRange(LogOf(host), 1, Limit);
    }

    [Fact]
    public async Task A_few_large_results_do_not_make_the_log_grow_for_ever()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Collect", async context =>
            {
                for (int i = 0; i < Count; i++)
                {
                    await context.CallActivityAsync<string>("Large");
                }
            })
            .AddActivityFunc<string>("Large", _ => new string('x', Large)));

        await host.RunAsync("Collect");

        Assert.InRange(LogOf(host), 1, Limit);
    }

    static long LogOf(TestHost host) => new FileInfo(host.File + "-wal").Length;
}
