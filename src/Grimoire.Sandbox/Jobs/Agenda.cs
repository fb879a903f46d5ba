namespace Grimoire.Sandbox.Jobs;

/// <summary>What is to be done later, in one queue with one timer: thousands of waiting jobs cost an entry each, and no thread.</summary>
sealed class Agenda : IDisposable
{
    readonly TimeProvider _time;
    readonly ITimer _timer;
    readonly Lock _gate = new();
    readonly PriorityQueue<Action, (long Due, long Order)> _entries = new();
    long _order;

    public Agenda(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static agenda => ((Agenda)agenda!).DoWhatIsDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="delay">How long from now.</param>
    /// <param name="action">Takes no time and does not fail: others wait behind it.</param>
    public void In(TimeSpan delay, Action action)
    {
        long due = _time.GetTimestamp() + (long)(Math.Max(0, delay.TotalSeconds) * _time.TimestampFrequency);
        lock (_gate)
        {
            _entries.Enqueue(action, (due, ++_order));
            SetTimer();
        }
    }

    public void Dispose() => _timer.Dispose();

    void DoWhatIsDue()
    {
        while (TakeDue() is { } action)
        {
            action();
        }
    }

    Action? TakeDue()
    {
        lock (_gate)
        {
            if (_entries.TryPeek(out _, out var first) && first.Due <= _time.GetTimestamp())
            {
                return _entries.Dequeue();
            }

            SetTimer();
            return null;
        }
    }

    void SetTimer()
    {
        if (_entries.TryPeek(out _, out var first))
        {
            // A timer counts in milliseconds, and must not ring before the time.
            double ms = Math.Ceiling(1000.0 * (first.Due - _time.GetTimestamp()) / _time.TimestampFrequency);
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, ms)), Timeout.InfiniteTimeSpan);
        }
    }
}
