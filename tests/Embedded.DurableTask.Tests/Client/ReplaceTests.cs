using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>A running instance that makes room for another one of its ID, in the middle of whatever it does.</summary>
public sealed class ReplaceTests
{
    [Fact]
    public async Task The_new_instance_always_runs_and_nothing_is_left_of_the_old_ones()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<int, int>("Busy", async (context, n) =>
            {
                for (int i = 0; ; i++)
                {
                    await context.CallActivityAsync("Nothing");
                    await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                }
            })
            .AddOrchestratorFunc<int, int>("Once", (context, n) => context.CallActivityAsync<int>("Echo", n))
            .AddActivityFunc<int, int>("Echo", (_, n) => n)
            .AddActivityFunc("Nothing", _ => { }));
        string[] ids = [.. Enumerable.Range(0, 8).Select(i => $"instance-{i}")];

        await Task.WhenAll(ids.Select(async id =>
        {
            for (int n = 0; n < 25; n++)
            {
                await host.Client.ScheduleNewOrchestrationInstanceAsync("Busy", n, Anyway(id));
            }

            await host.Client.ScheduleNewOrchestrationInstanceAsync("Once", 42, Anyway(id));
        }));

        foreach (string id in ids)
        {
            Assert.Equal(42, (await host.EndOfAsync(id)).ReadOutputAs<int>());
        }

        Assert.Equal(0, host.Hub.Read(reader => reader.Scalar("SELECT COUNT(*) FROM history WHERE execution NOT IN (SELECT execution FROM instances)")));
        Assert.Equal(0, host.Hub.Read(reader => reader.Scalar("SELECT COUNT(*) FROM timers")));
        Assert.Equal(0, host.Hub.Read(reader => reader.Scalar("SELECT COUNT(*) FROM inbox")));
    }

    [Theory]
    [InlineData("Timer")]
    [InlineData("Activity")]
    public async Task What_reaches_the_old_instance_while_the_new_one_is_being_stored_changes_nothing(string awaited)
    {
        using var store = new HeldCommit("instance.delete");
        var clock = new TestClock();
        var answer = new TaskCompletionSource();
        int steps = 0;
        int ghosts = 0;
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Time = clock,
            Options = options => options.Faults = store.Before,
            Tasks = tasks => tasks
                .AddOrchestratorFunc("Old", async context =>
                {
                    await (awaited == "Timer"
                        ? context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None)
                        : context.CallActivityAsync("Answer"));
                    Interlocked.Increment(ref steps);
                    await context.CallActivityAsync("Ghost");
                })
                .AddOrchestratorFunc<string>("New", async context => await context.WaitForExternalEvent<string>("E"))
                .AddActivityFunc("Answer", _ => answer.Task)
                .AddActivityFunc("Ghost", _ => { Interlocked.Increment(ref ghosts); }),
        });
        await host.BeginAsync("Old", options: new StartOrchestrationOptions("x"));

        store.Hold();
        Task<string> replaced = host.Client.ScheduleNewOrchestrationInstanceAsync("New", null, Anyway("x"));
        await Wait.For(store.Held);
        clock.Advance(TimeSpan.FromHours(1));
        answer.SetResult();
        await Wait.Until(() => Volatile.Read(ref steps) == 1, "the old instance to go on");
        store.Release();
        await replaced;
        await host.Client.RaiseEventAsync("x", "E", "of the new one");

        Assert.Equal("of the new one", (await host.EndOfAsync("x")).ReadOutputAs<string>());
        Assert.Equal(0, ghosts);
        Assert.Equal(0, host.Hub.Read(reader => reader.Scalar("SELECT COUNT(*) FROM history WHERE execution NOT IN (SELECT execution FROM instances)")));
    }

    [Fact]
    public async Task What_a_replaced_execution_forgot_to_await_does_not_fail_the_new_one()
    {
        var gate = new TaskCompletionSource();
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string>("Strays", async context =>
            {
                _ = AwaitAsync(gate.Task);
                return await context.WaitForExternalEvent<string>("never");
            })
            .AddOrchestratorFunc<string>("Waits", async context => await context.WaitForExternalEvent<string>("go")));
        await host.BeginAsync("Strays", options: new StartOrchestrationOptions("x"));
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Waits", null, Anyway("x"));
        await host.UntilStatusAsync("x", OrchestrationRuntimeStatus.Running);

        gate.SetResult();
        await host.Client.RaiseEventAsync("x", "go", "fine");

        Assert.Equal("fine", (await host.EndOfAsync("x")).ReadOutputAs<string>());

        static async Task AwaitAsync(Task task) => await task;
    }

    static StartOrchestrationOptions Anyway(string id) => new StartOrchestrationOptions(id).WithDedupeStatuses(OrchestrationRuntimeStatus.Completed);
}
