using System.Collections.Concurrent;

namespace Grimoire.Functions.Storage;

/// <summary>
/// Threads that wait for the disk. A flush blocks its thread for as long as it takes; on the thread pool a few hundred of them
/// would stop everything else. Enough threads that the file system can flush several writes at once.
/// </summary>
sealed class DiskThreads : IDisposable
{
    const int Count = 16;

    readonly BlockingCollection<Action> _work = [];

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
        _work.Add(() =>
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
    public void Dispose() => _work.CompleteAdding();

    void Run()
    {
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
