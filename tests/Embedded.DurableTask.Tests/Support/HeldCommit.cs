namespace Embedded.DurableTask.Tests.Support;

/// <summary>Holds up the commit that contains an operation of the given name, once, for a test to do something in between.</summary>
internal sealed class HeldCommit(string operation) : IDisposable
{
    readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ManualResetEventSlim _open = new();
    volatile bool _wanted;
    bool _contained;

    /// <summary>Ends when the commit is held up: what it writes is applied, and nobody can read it yet.</summary>
    public Task Held => _held.Task;

    /// <summary>The next commit that contains the operation is to be held up.</summary>
    public void Hold() => _wanted = true;

    public void Release() => _open.Set();

    /// <summary>For <see cref="EmbeddedOptions.Faults"/>. Called by one thread at a time.</summary>
    public void Before(string name)
    {
        _contained |= _wanted && name == operation;
        if (_contained && name == "commit")
        {
            _wanted = false;
            _contained = false;
            _held.TrySetResult();
            _open.Wait();
        }
    }

    public void Dispose() => _open.Set();
}
