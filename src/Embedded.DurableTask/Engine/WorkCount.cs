namespace Embedded.DurableTask.Engine;

/// <summary>Counts what is being done, so that somebody can wait until nothing is.</summary>
internal sealed class WorkCount
{
    readonly TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _count;
    volatile bool _awaited;

    public void Enter() => Interlocked.Increment(ref _count);

    public void Exit()
    {
        if (Interlocked.Decrement(ref _count) == 0 && _awaited)
        {
            _none.TrySetResult();
        }
    }

    /// <returns>False when the patience ended first.</returns>
    public async Task<bool> WaitUntilNoneAsync(CancellationToken patience)
    {
        _awaited = true;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _count) == 0)
        {
            return true;
        }

        try
        {
            await _none.Task.WaitAsync(patience).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
