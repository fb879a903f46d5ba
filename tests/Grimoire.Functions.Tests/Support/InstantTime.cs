using System.Collections.Concurrent;

namespace Grimoire.Functions.Tests.Support;

/// <summary>A time in which every wait is over at once, and is remembered.</summary>
sealed class InstantTime : TimeProvider
{
    readonly ConcurrentQueue<TimeSpan> _waits = new();
    long _ticks = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;

    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    /// <summary>What happens during each wait.</summary>
    public Func<Task> OnWait { get; set; } = () => Task.CompletedTask;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _waits.Enqueue(dueTime);
        Interlocked.Add(ref _ticks, dueTime.Ticks);
        _ = ElapseAsync();
        return new Elapsed();

        async Task ElapseAsync()
        {
            await Task.Yield();
            try
            {
                await OnWait();
            }
            finally
            {
                // If not, whoever waits would do so for ever, and nobody would be told why.
                callback(state);
            }
        }
    }

    sealed class Elapsed : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
