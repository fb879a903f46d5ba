namespace Embedded.DurableTask.Engine;

/// <summary>
/// Everything that must happen later: one heap, one clock alarm set to its top. What became due together is told together.
/// </summary>
internal sealed class TimerQueue : IDisposable
{
    /// <summary>A later alarm is set in steps, so that a clock that is put forward is noticed soon.</summary>
    static readonly TimeSpan LongestAlarm = TimeSpan.FromMinutes(1);

    readonly TimeProvider _time;
    readonly Action<Alarm> _fire;
    readonly ITimer _clock;
    readonly Lock _gate = new();
    readonly Dictionary<(long, int), Alarm> _byTask = [];
    PriorityQueue<Alarm, long> _heap = new();
    long _armedFor = long.MaxValue;
    int _canceled;
    bool _disposed;

    public TimerQueue(TimeProvider time, Action<Alarm> fire)
    {
        _time = time;
        _fire = fire;
        _clock = time.CreateTimer(static self => ((TimerQueue)self!).FireDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _heap.Count - _canceled;
            }
        }
    }

    public void Add(Alarm alarm)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            if (alarm.Task >= 0 && !_byTask.TryAdd((alarm.Execution, alarm.Task), alarm))
            {
                return;
            }

            _heap.Enqueue(alarm, alarm.Due);
            Arm();
        }
    }

    public void Cancel(long execution, int task)
    {
        lock (_gate)
        {
            if (_byTask.Remove((execution, task), out Alarm? alarm))
            {
                alarm.IsCanceled = true;
                if (++_canceled > 1_000 && _canceled > _heap.Count / 2)
                {
                    _heap = new(_heap.UnorderedItems.Where(item => !item.Element.IsCanceled));
                    _canceled = 0;
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _clock.Dispose();
    }

    void FireDue()
    {
        var due = new List<Alarm>();
        lock (_gate)
        {
            _armedFor = long.MaxValue;
            long now = _time.GetUtcNow().UtcTicks;
            while (_heap.TryPeek(out Alarm? next, out long at) && (at <= now || next.IsCanceled))
            {
                _heap.Dequeue();
                if (next.IsCanceled)
                {
                    _canceled--;
                    continue;
                }

                if (next.Task >= 0)
                {
                    _byTask.Remove((next.Execution, next.Task));
                }

                due.Add(next);
            }

            Arm();
        }

        foreach (Alarm alarm in due)
        {
            _fire(alarm);
        }
    }

    void Arm()
    {
        if (_disposed || !_heap.TryPeek(out _, out long due) || due >= _armedFor)
        {
            return;
        }

        _armedFor = due;
        TimeSpan delay = TimeSpan.FromTicks(Math.Max(0, due - _time.GetUtcNow().UtcTicks));

        // The clock counts whole milliseconds; a little late is right, a little early would be for nothing.
        delay = delay > LongestAlarm ? LongestAlarm : TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds));
        _clock.Change(delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A timer of an execution (<see cref="Task"/> at least 0), or a reason to look at an instance or entity at a time.</summary>
    internal sealed class Alarm(long due, string target, long execution = 0, int task = -1)
    {
        public long Due { get; } = due;

        public string Target { get; } = target;

        public long Execution { get; } = execution;

        public int Task { get; } = task;

        public bool IsCanceled { get; set; }
    }
}
