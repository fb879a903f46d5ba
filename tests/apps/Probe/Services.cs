using System.Collections.Concurrent;

namespace Probe;

/// <summary>Counts the scoped services that were made and disposed of.</summary>
public sealed class Ledger
{
    int _made;
    int _disposed;

    public int Made => _made;

    public int Disposed => _disposed;

    public int Add() => Interlocked.Increment(ref _made);

    public void Remove() => Interlocked.Increment(ref _disposed);
}

/// <summary>One for each invocation.</summary>
public sealed class Scoped(Ledger ledger) : IDisposable
{
    public int Number { get; } = ledger.Add();

    public bool IsDisposed { get; private set; }

    public void Dispose()
    {
        IsDisposed = true;
        ledger.Remove();
    }
}

/// <summary>Functions that wait for a sign, and what has become of them.</summary>
public sealed class Holds
{
    readonly ConcurrentDictionary<string, Hold> _holds = new();

    public Hold this[string name] => _holds.GetOrAdd(name, _ => new Hold());
}

public sealed class Hold
{
    readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    int _entered;

    public int Entered => _entered;

    /// <summary>Set when the token of the function that waits was cancelled.</summary>
    public bool Cancelled { get; set; }

    /// <summary>What the function found when it went on.</summary>
    public string? Outcome { get; set; }

    public Task Released => _released.Task;

    public void Enter() => Interlocked.Increment(ref _entered);

    public void Release() => _released.TrySetResult();
}

/// <summary>How many are inside at once, and how many there ever were.</summary>
public sealed class Crowd
{
    readonly ConcurrentDictionary<string, (int Now, int Most)> _counts = new();

    public int Most(string name) => _counts.GetValueOrDefault(name).Most;

    public int Now(string name) => _counts.GetValueOrDefault(name).Now;

    public void Enter(string name) => _counts.AddOrUpdate(name, (1, 1), (_, c) => (c.Now + 1, Math.Max(c.Most, c.Now + 1)));

    public void Leave(string name) => _counts.AddOrUpdate(name, (0, 0), (_, c) => (c.Now - 1, c.Most));
}
