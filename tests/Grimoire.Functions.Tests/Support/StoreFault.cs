using System.IO.Enumeration;

namespace Grimoire.Functions.Tests.Support;

[Flags]
enum StoreOperation
{
    None = 0,
    Create = 1,
    Replace = 2,
    Read = 4,
    Append = 8,
    ReadLog = 16,
    List = 32,
    Delete = 64,
    Upload = 128,
    Inspect = 256,
    Download = 512,
    Check = 1024,
    Writes = Create | Replace | Append | Delete | Upload,
    Reads = Read | ReadLog | List | Inspect | Download,
    All = Writes | Reads | Check,
}

/// <summary>Before: nothing happens. After: it is carried out, and only the answer is lost.</summary>
enum FaultMoment
{
    Before,
    After,
}

/// <param name="Name">Of the object; of a listing, the prefix.</param>
sealed record StoreCall(StoreOperation Operation, string Name);

/// <summary>A way in which a <see cref="FaultyObjects"/> fails, until it has done so as often as it should, or is lifted.</summary>
sealed class StoreFault(string pattern, StoreOperation operations, int times, FaultMoment moment, Func<StoreOperation, string, Task> effect) : IDisposable
{
    readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _hits;
    volatile bool _lifted;

    /// <summary>How often it has struck.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Done as soon as it has struck for the first time.</summary>
    public Task Reached => _reached.Task;

    public Func<StoreOperation, string, Task> Effect { get; } = effect;

    public void Lift() => _lifted = true;

    public void Dispose() => Lift();

    /// <summary>Asked under the lock of the store, so that it strikes exactly as often as it should.</summary>
    public bool Strikes(FaultMoment now, StoreOperation operation, string name)
    {
        if (_lifted || now != moment || _hits >= times || !operations.HasFlag(operation) || !Matches(pattern, name))
        {
            return false;
        }

        Interlocked.Increment(ref _hits);
        _reached.TrySetResult();
        return true;
    }

    public static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}

/// <summary>Calls that wait; when this is disposed of they go on.</summary>
sealed class HeldCalls : IDisposable
{
    readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StoreFault? Fault { get; set; }

    public Task Gate => _released.Task;

    /// <summary>Done as soon as a call waits.</summary>
    public Task Reached => Fault?.Reached ?? Task.CompletedTask;

    public void Release()
    {
        Fault?.Lift();
        _released.TrySetResult();
    }

    public void Dispose() => Release();
}
