using DurableTask.Core.History;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>Durable timers, on a clock that the tests move.</summary>
public sealed class TimerTests
{
    readonly TestClock _clock = new();

    [Fact]
    [Trait("Row", "KZ17")]
    public async Task A_timer_fires_at_its_time_and_not_before()
    {
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc<DateTime>("Sleep", async context =>
            {
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                return context.CurrentUtcDateTime;
            }),
            _clock);
        DateTime due = _clock.GetUtcNow().UtcDateTime.AddHours(1);
        string id = await host.BeginAsync("Sleep");

        _clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        string early = await BeginAndEndAnotherAsync(host);
        OrchestrationRuntimeStatus before = (await host.StateOfAsync(id)).RuntimeStatus;
        _clock.Advance(TimeSpan.FromTicks(1) + TimeSpan.FromMilliseconds(1));

        Assert.Equal("Failed", early);
        Assert.Equal(OrchestrationRuntimeStatus.Running, before);
        Assert.Equal(due, (await host.EndOfAsync(id)).ReadOutputAs<DateTime>(), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task A_timer_of_the_past_fires_at_once()
    {
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc(
                "Sleep", context => context.CreateTimer(context.CurrentUtcDateTime.AddDays(-1), CancellationToken.None)),
            _clock);

        OrchestrationMetadata ended = await host.RunAsync("Sleep");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
    }

    [Fact]
    public async Task A_timer_beyond_the_maximum_interval_is_made_of_several()
    {
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = tasks => tasks.AddOrchestratorFunc("Sleep", context => context.CreateTimer(TimeSpan.FromDays(5), CancellationToken.None)),
            Worker = worker => worker.Configure(options => options.MaximumTimerInterval = TimeSpan.FromDays(2)),
            Time = _clock,
        });
        DateTime start = _clock.GetUtcNow().UtcDateTime;
        string id = await host.BeginAsync("Sleep");

        for (int pieces = 1; pieces <= 3; pieces++)
        {
            await host.UntilHistoryHasAsync<TimerCreatedEvent>(id, pieces);
            _clock.Advance(TimeSpan.FromDays(2));
        }

        await host.EndOfAsync(id);
        TimerCreatedEvent[] timers = [.. (await host.HistoryOfAsync(id)).OfType<TimerCreatedEvent>()];
        Assert.Equal([start.AddDays(2), start.AddDays(4), start.AddDays(5)], timers.Select(timer => timer.FireAt));
    }

    [Fact]
    public async Task A_cancelled_timer_throws_and_holds_nothing_up()
    {
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc<string>("Cancel", async context =>
            {
                using var cancellation = new CancellationTokenSource();
                Task timer = context.CreateTimer(TimeSpan.FromDays(1), cancellation.Token);
                await context.WaitForExternalEvent<object>("Cancel");
                cancellation.Cancel();
                try
                {
                    await timer;
                    return "fired";
                }
                catch (OperationCanceledException)
                {
                    return "cancelled";
                }
            }),
            _clock);
        string id = await host.BeginAsync("Cancel");

        await host.Client.RaiseEventAsync(id, "Cancel");

        Assert.Equal("cancelled", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_timer_fires_after_a_restart_although_its_time_came_in_between()
    {
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc("Sleep", context => context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None)), _clock);
        string id = await host.BeginAsync("Sleep");

        await host.StopAsync();
        _clock.Advance(TimeSpan.FromHours(2));
        await host.StartAgainAsync(new TestHostSetup
        {
            Tasks = tasks => tasks.AddOrchestratorFunc("Sleep", context => context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None)),
            Time = _clock,
        });

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.EndOfAsync(id)).RuntimeStatus);
    }

    [Fact]
    public async Task Timers_fire_in_the_order_of_their_times()
    {
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc<string>("Race", async context =>
            {
                var order = new List<int>();
                async Task After(int hours)
                {
                    await context.CreateTimer(TimeSpan.FromHours(hours), CancellationToken.None);
                    order.Add(hours);
                }

                await Task.WhenAll(After(3), After(1), After(2));
                return string.Join(",", order);
            }),
            _clock);
        string id = await host.BeginAsync("Race");

        for (int fired = 1; fired <= 3; fired++)
        {
            _clock.Advance(TimeSpan.FromHours(1));
            await host.UntilHistoryHasAsync<TimerFiredEvent>(id, fired);
        }

        Assert.Equal("1,2,3", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    /// <summary>Goes once through the whole engine, so that what was due would have been done.</summary>
    static async Task<string> BeginAndEndAnotherAsync(TestHost host) => (await host.RunAsync("NotRegistered")).RuntimeStatus.ToString();
}
