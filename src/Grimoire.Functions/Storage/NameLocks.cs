namespace Grimoire.Functions.Storage;

/// <summary>One at a time for each name. A fixed number of locks: two names may share one, which costs a little waiting and saves counting who waits.</summary>
sealed class NameLocks
{
    const int Count = 1024;

    readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, Count).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task<Held> EnterAsync(string name, CancellationToken cancellation)
    {
        var mine = _locks[(uint)name.GetHashCode(StringComparison.Ordinal) % Count];
        await mine.WaitAsync(cancellation).ConfigureAwait(false);
        return new Held(mine);
    }

    public readonly struct Held(SemaphoreSlim mine) : IDisposable
    {
        public void Dispose() => mine.Release();
    }
}
