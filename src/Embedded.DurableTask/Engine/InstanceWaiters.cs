using System.Collections.Concurrent;

namespace Embedded.DurableTask.Engine;

/// <summary>Who waits for an instance to start or to end, and is told when that is stored.</summary>
internal sealed class InstanceWaiters
{
    readonly ConcurrentDictionary<string, List<Waiter>> _waiters = new(StringComparer.Ordinal);

    /// <summary>Waits until the instance has the wanted state.</summary>
    /// <param name="id">The instance; it need not exist yet.</param>
    /// <param name="wanted">The state.</param>
    /// <param name="look">How the instance stands at the moment: called once the wait has begun, so that nothing is missed.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<InstanceRow> WaitAsync(string id, Func<InstanceRow, bool> wanted, Func<InstanceRow?> look, CancellationToken cancellation)
    {
        var waiter = new Waiter(wanted);
        Add(id, waiter);
        try
        {
            Interlocked.MemoryBarrier();
            return look() is { } row && wanted(row) ? row : await waiter.Source.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            Remove(id, waiter);
        }
    }

    public void Tell(InstanceRow row)
    {
        // Pairs with the one in WaitAsync: either the waiter sees the new row, or this sees the waiter.
        Interlocked.MemoryBarrier();
        if (!_waiters.TryGetValue(row.Id, out List<Waiter>? list))
        {
            return;
        }

        lock (list)
        {
            foreach (Waiter waiter in list)
            {
                if (waiter.Wanted(row))
                {
                    waiter.Source.TrySetResult(row);
                }
            }
        }
    }

    /// <summary>Nothing will be told any more.</summary>
    public void Close()
    {
        foreach (List<Waiter> list in _waiters.Values)
        {
            lock (list)
            {
                list.ForEach(waiter => waiter.Source.TrySetException(
                    new ObjectDisposedException(nameof(EmbeddedTaskHub), "The task hub was closed while somebody waited for an instance.")));
            }
        }
    }

    void Add(string id, Waiter waiter)
    {
        while (true)
        {
            List<Waiter> list = _waiters.GetOrAdd(id, static _ => []);
            lock (list)
            {
                // An emptied list has left the dictionary, or is about to.
                if (_waiters.TryGetValue(id, out List<Waiter>? current) && current == list)
                {
                    list.Add(waiter);
                    return;
                }
            }
        }
    }

    void Remove(string id, Waiter waiter)
    {
        if (_waiters.TryGetValue(id, out List<Waiter>? list))
        {
            lock (list)
            {
                list.Remove(waiter);
                if (list.Count == 0)
                {
                    _waiters.TryRemove(id, out _);
                }
            }
        }
    }

    sealed class Waiter(Func<InstanceRow, bool> wanted)
    {
        public Func<InstanceRow, bool> Wanted { get; } = wanted;

        public TaskCompletionSource<InstanceRow> Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
