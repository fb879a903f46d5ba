namespace Grimoire.Functions.Storage;

/// <summary>
/// Threads that wait for the disk. A flush blocks its thread for as long as it takes; on the thread pool a few hundred of them
/// would stop everything else. Enough threads that the file system can flush several writes at once.
/// </summary>
sealed class DiskThreads : IDisposable
{
    const int Count = 16;

    // A queue and a monitor: the collections that block spin before they do, and with so many threads that is what the processors would do.
    readonly object _gate = new();
    readonly Queue<Action> _work = [];
    bool _ended;

    public DiskThreads()
    {
        for (var i = 0; i < Count; i++)
        {
            new Thread(Run) { IsBackground = true, Name = "storage" }.Start();
        }
    }

    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    public Task RunAsync(Action work) => RunAsync(() =>
    {
        work();
        return true;
    });

    /// <summary>What is queued is still done.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    void Add(Action work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            _work.Enqueue(work);
            Monitor.Pulse(_gate);
        }
    }

    void Run()
    {
        while (Next() is { } work)
        {
            work();
        }
    }

    Action? Next()
    {
        lock (_gate)
        {
            while (_work.Count == 0)
            {
                if (_ended)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            return _work.Dequeue();
        }
    }
}
