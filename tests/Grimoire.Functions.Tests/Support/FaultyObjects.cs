using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Tests.Support;

/// <summary>
/// A store that fails on demand and counts.
/// <code>
/// var store = new FaultyObjects();                                             // over MemoryObjects
/// store.Fail("casts/*/journal.jsonl", StoreOperation.Append, times: 2);        // the next two, then it works
/// store.Fail("casts/*", StoreOperation.Create, moment: FaultMoment.After);     // carried out, the answer is lost; until lifted
/// using (store.Fail("*")) { ... }                                              // away
/// using var held = store.Hold("*result.json"); await held.Reached; ...; held.Release();
/// Assert.Equal(4, store.Count(StoreOperation.Writes, "casts/c1/*"));
/// </code>
/// What fails throws a <see cref="StorageException"/>, as a store that has given up. Under <see cref="RetryingObjects"/> use <see cref="Transient"/>.
/// </summary>
sealed class FaultyObjects(IObjectStore? inner = null, Func<string, Exception>? failure = null) : IObjectStore
{
    readonly IObjectStore _inner = inner ?? new MemoryObjects();
    readonly Func<string, Exception> _failure = failure ?? (message => new StorageException(message));
    readonly ConcurrentQueue<StoreCall> _calls = new();
    readonly Lock _gate = new();
    readonly List<StoreFault> _faults = [];

    /// <summary>One whose failures are such as are tried again.</summary>
    public static FaultyObjects Transient(IObjectStore? inner = null) => new(inner, message => new IOException(message));

    /// <summary>Every call so far, failed ones too.</summary>
    public IReadOnlyList<StoreCall> Calls => [.. _calls];

    public int Count(StoreOperation operations = StoreOperation.All, string pattern = "*") =>
        _calls.Count(call => operations.HasFlag(call.Operation) && StoreFault.Matches(pattern, call.Name));

    public void ClearCalls() => _calls.Clear();

    /// <summary>Lets matching calls fail, <paramref name="times"/> times or until the result is disposed of. A star in the pattern stands for anything, slashes too.</summary>
    public StoreFault Fail(
        string pattern = "*",
        StoreOperation operations = StoreOperation.All,
        int times = int.MaxValue,
        FaultMoment moment = FaultMoment.Before,
        Func<Exception>? with = null) =>
        Add(new StoreFault(pattern, operations, times, moment, (operation, name) => throw (with?.Invoke() ?? _failure($"The storage is away: {operation} '{name}'."))));

    /// <summary>Lets matching calls wait until they are released.</summary>
    public HeldCalls Hold(string pattern = "*", StoreOperation operations = StoreOperation.All, FaultMoment moment = FaultMoment.Before)
    {
        var held = new HeldCalls();
        held.Fault = Add(new StoreFault(pattern, operations, int.MaxValue, moment, (_, _) => held.Gate));
        return held;
    }

    public Task<string?> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        Run(StoreOperation.Create, name, () => _inner.CreateAsync(name, content, cancellation), cancellation);

    public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> content, string version, CancellationToken cancellation) =>
        Run(StoreOperation.Replace, name, () => _inner.ReplaceAsync(name, content, version, cancellation), cancellation);

    public Task<StoredObject?> ReadAsync(string name, CancellationToken cancellation) =>
        Run(StoreOperation.Read, name, () => _inner.ReadAsync(name, cancellation), cancellation);

    public Task<bool> AppendAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation, bool begin = true) =>
        Run(StoreOperation.Append, name, () => _inner.AppendAsync(name, content, cancellation, begin), cancellation);

    public Task<ReadOnlyMemory<byte>> ReadLogAsync(string name, long offset, CancellationToken cancellation) =>
        Run(StoreOperation.ReadLog, name, () => _inner.ReadLogAsync(name, offset, cancellation), cancellation);

    public async IAsyncEnumerable<string> ListAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        _calls.Enqueue(new StoreCall(StoreOperation.List, prefix));
        await StrikeAsync(FaultMoment.Before, StoreOperation.List, prefix, cancellation);
        await foreach (var name in _inner.ListAsync(prefix, after, cancellation))
        {
            // A fault after the effect breaks the listing off at the name that it matches.
            await StrikeAsync(FaultMoment.After, StoreOperation.List, name, cancellation);
            yield return name;
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellation) =>
        Run(StoreOperation.Delete, name, () => Done(_inner.DeleteAsync(name, cancellation)), cancellation);

    public Task<StreamInfo> UploadAsync(
        string name, Stream content, string contentType, IReadOnlyDictionary<string, string> metadata, long maxBytes, CancellationToken cancellation) =>
        Run(StoreOperation.Upload, name, () => _inner.UploadAsync(name, content, contentType, metadata, maxBytes, cancellation), cancellation);

    public Task<StreamInfo?> InspectAsync(string name, CancellationToken cancellation) =>
        Run(StoreOperation.Inspect, name, () => _inner.InspectAsync(name, cancellation), cancellation);

    public Task<Stream?> DownloadAsync(string name, long offset, long? length, CancellationToken cancellation) =>
        Run(StoreOperation.Download, name, () => _inner.DownloadAsync(name, offset, length, cancellation), cancellation);

    public Task CheckAsync(CancellationToken cancellation) => Run(StoreOperation.Check, "", () => Done(_inner.CheckAsync(cancellation)), cancellation);

    async Task<T> Run<T>(StoreOperation operation, string name, Func<Task<T>> action, CancellationToken cancellation)
    {
        _calls.Enqueue(new StoreCall(operation, name));
        await StrikeAsync(FaultMoment.Before, operation, name, cancellation);
        var result = await action();
        await StrikeAsync(FaultMoment.After, operation, name, cancellation);
        return result;
    }

    async Task StrikeAsync(FaultMoment moment, StoreOperation operation, string name, CancellationToken cancellation)
    {
        StoreFault? fault;
        lock (_gate)
        {
            fault = _faults.Find(candidate => candidate.Strikes(moment, operation, name));
        }

        if (fault is not null)
        {
            await fault.Effect(operation, name).WaitAsync(cancellation);
        }
    }

    StoreFault Add(StoreFault fault)
    {
        lock (_gate)
        {
            _faults.Add(fault);
        }

        return fault;
    }

    static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }
}
