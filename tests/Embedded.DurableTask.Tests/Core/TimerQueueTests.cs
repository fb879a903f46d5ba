using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Core;

/// <summary>Timers ring when they are due, together, in order, once; no clock runs for those that were cancelled.</summary>
[Trait("Row", "KZ17")]
public sealed class TimerQueueTests : IDisposable
{
    readonly TestClock _time = new();
    readonly List<TimerQueue.Alarm> _rung = [];
    readonly TimerQueue _queue;

    public TimerQueueTests() => _queue = new TimerQueue(_time, _rung.Add);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void Nothing_rings_before_it_is_due()
    {
        Add(1, TimeSpan.FromMinutes(1));

        _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_rung);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([1], Tasks());
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void What_is_due_together_rings_in_one_go_and_in_order()
    {
        foreach (int n in new[] { 5, 2, 4, 1, 3 })
        {
            Add(n, TimeSpan.FromSeconds(n));
        }

        // One alarm of the clock finds all of them due.
        _time.Jump(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.Zero);

        Assert.Equal([1, 2, 3, 4, 5], Tasks());
    }

    [Fact]
    public void An_earlier_timer_is_not_held_up_by_a_later_one_that_came_first()
    {
        Add(1, TimeSpan.FromHours(1));
        Add(2, TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([2], Tasks());
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([2, 1], Tasks());
    }

    [Fact]
    public void A_cancelled_timer_never_rings()
    {
        Add(1, TimeSpan.FromSeconds(1));
        Add(2, TimeSpan.FromSeconds(1));

        _queue.Cancel(1, 1);
        _queue.Cancel(1, 77);

        Assert.Equal(1, _queue.Count);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal([2], Tasks());
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void A_timer_that_was_cancelled_or_has_rung_may_be_set_again()
    {
        Add(1, TimeSpan.FromSeconds(1));
        _queue.Cancel(1, 1);
        Add(1, TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2));
        Add(1, TimeSpan.FromSeconds(3));
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal([1, 1], Tasks());
    }

    [Fact]
    public void The_same_timer_set_twice_rings_once()
    {
        Add(1, TimeSpan.FromSeconds(1));
        Add(1, TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal([1], Tasks());
    }

    [Fact]
    public void Many_cancelled_timers_leave_neither_count_nor_ring_and_the_rest_is_kept()
    {
        for (int n = 0; n < 10_000; n++)
        {
            Add(n, TimeSpan.FromSeconds(1 + (n % 97)));
        }

        for (int n = 0; n < 10_000; n++)
        {
            if (n % 10 != 0)
            {
                _queue.Cancel(1, n);
            }
        }

        Assert.Equal(1_000, _queue.Count);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(Enumerable.Range(0, 1_000).Select(n => n * 10), Tasks().Order());
        Assert.Equal(0, _queue.Count);
    }

    [Theory]
    [InlineData(49)]
    [InlineData(3_000)]
    public void A_timer_days_away_rings_on_its_day(int days)
    {
        Add(1, TimeSpan.FromDays(days));

        _time.Advance(TimeSpan.FromDays(days) - TimeSpan.FromSeconds(1));
        Assert.Empty(_rung);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Single(_rung);
    }

    [Fact]
    public void A_timer_at_the_end_of_time_just_waits()
    {
        _queue.Add(new TimerQueue.Alarm(DateTime.MaxValue.Ticks, "i", 1, 1));

        _time.Advance(TimeSpan.FromDays(400));

        Assert.Empty(_rung);
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public async Task A_timer_whose_time_has_passed_rings_at_once()
    {
        var rung = new TaskCompletionSource<TimerQueue.Alarm>();
        using var queue = new TimerQueue(_time, rung.SetResult);

        queue.Add(new TimerQueue.Alarm(_time.GetUtcNow().UtcTicks - 1, "late", 1, 1));

        Assert.Equal("late", (await Wait.For(rung.Task)).Target);
    }

    [Fact]
    public void A_look_at_an_instance_is_not_a_timer_and_may_be_asked_for_many_times()
    {
        for (int n = 0; n < 3; n++)
        {
            _queue.Add(new TimerQueue.Alarm(_time.GetUtcNow().AddSeconds(1).UtcTicks, "i"));
        }

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["i", "i", "i"], _rung.Select(alarm => alarm.Target));
    }

    [Fact]
    public void A_closed_queue_is_silent()
    {
        Add(1, TimeSpan.FromSeconds(1));

        _queue.Dispose();
        Add(2, TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Empty(_rung);
    }

    [Fact]
    public async Task Two_thousand_sleepers_wake_together_without_a_clock_of_their_own()
    {
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc("Sleep", context => context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None)), _time);
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(_ => host.Client.ScheduleNewOrchestrationInstanceAsync("Sleep")));
        await Task.WhenAll(ids.Select(id => host.Client.WaitForInstanceStartAsync(id, Wait.Token)));
        int clocks = _time.TimerCount;

        _time.Advance(TimeSpan.FromHours(1));

        OrchestrationMetadata[] ended = await Task.WhenAll(ids.Select(host.EndOfAsync));
        Assert.All(ended, instance => Assert.Equal(OrchestrationRuntimeStatus.Completed, instance.RuntimeStatus));
        Assert.InRange(clocks, 1, 5);
    }

    void Add(int task, TimeSpan delay) => _queue.Add(new TimerQueue.Alarm((_time.GetUtcNow() + delay).UtcTicks, "i", 1, task));

    IEnumerable<int> Tasks() => _rung.Select(alarm => alarm.Task);
}
