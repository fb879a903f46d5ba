namespace Embedded.Functions.Http;

/// <summary>How many HTTP functions run at once, and how many requests may wait for their turn.</summary>
internal sealed class RequestGate(int maxConcurrent, int maxOutstanding) : IDisposable
{
    readonly SemaphoreSlim? _running = maxConcurrent > 0 ? new SemaphoreSlim(maxConcurrent) : null;
    int _outstanding;

    /// <returns>Whether the request may run; it must then <see cref="Leave"/>. False: there are too many already.</returns>
    public async ValueTask<bool> EnterAsync(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _outstanding) > maxOutstanding && maxOutstanding > 0)
        {
            Interlocked.Decrement(ref _outstanding);
            return false;
        }

        if (_running is not null)
        {
            try
            {
                await _running.WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Decrement(ref _outstanding);
                throw;
            }
        }

        return true;
    }

    public void Leave()
    {
        _running?.Release();
        Interlocked.Decrement(ref _outstanding);
    }

    public void Dispose() => _running?.Dispose();
}
