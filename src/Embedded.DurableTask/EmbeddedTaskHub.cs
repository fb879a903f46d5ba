using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Engine.Operations;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask;

/// <summary>
/// A task hub: orchestrations and entities with all that belongs to them, in one SQLite file. Clients use it from the moment it is
/// open; a worker, once started, runs what is in it. Usually made through <c>UseEmbedded</c>; make one by hand to share it
/// between hosts of one process.
/// </summary>
public sealed class EmbeddedTaskHub : IAsyncDisposable
{
    /// <summary>How long a hub that is closed without further ado waits for what is under way.</summary>
    static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(30);

    readonly EmbeddedOptions _options;
    readonly StoreFile _store;
    readonly TimeProvider _time;
    volatile Dispatcher? _dispatcher;
    Retention? _retention;
    int _disposed;

    /// <summary>Opens the hub's file, or creates it.</summary>
    /// <exception cref="InvalidOperationException">The file is in use, damaged, or of a newer version.</exception>
    public EmbeddedTaskHub(EmbeddedOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _time = timeProvider ?? TimeProvider.System;
        _store = StoreFile.Open(options.File, options.RelaxedDurability, options.Faults);
        PayloadLimit = new PayloadLimit(options.MaxPayloadBytes);
    }

    /// <summary>The full path of the hub's file.</summary>
    public string File => _store.Path;

    internal PayloadLimit PayloadLimit { get; }

    internal InstanceWaiters Waiters { get; } = new();

    internal Dispatcher? Dispatcher => _dispatcher;

    internal DateTime Now => _time.GetUtcNow().UtcDateTime;

    internal CommitPipeline Pipeline => _store.Pipeline;

    /// <summary>Stops the worker, waits for what is being written, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            using var patience = new CancellationTokenSource(LongestStop, _time);
            await StopWorkerAsync(patience.Token).ConfigureAwait(false);
            _store.Dispose();
            Waiters.Close();
        }
    }

    internal T Read<T>(Func<StoreReader, T> read) => _store.Readers.Read(read);

    internal void Write(WriteOperation operation, bool onThisThread) => _store.Pipeline.Enqueue(operation, onThisThread);

    internal long NextId() => _store.NextId();

    internal void StartWorker(Worker worker)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var dispatcher = new Dispatcher(this, worker, _options.MaxLiveInstances, _time);
        if (Interlocked.CompareExchange(ref _dispatcher, dispatcher, null) is not null)
        {
            dispatcher.Dispose();
            throw new InvalidOperationException($"The task hub '{File}' has a worker already: one hub is served by one worker.");
        }

        _store.Pipeline.CallbackFailed = e => worker.Log.BackgroundWorkFailed(e, "What follows from a commit");
        try
        {
            (int busy, int timers) = dispatcher.Recover();
            worker.Log.HubStarted(File, busy, timers);
        }
        catch
        {
            _dispatcher = null;
            dispatcher.Dispose();
            throw;
        }

        if (_options.Retention is { } retention)
        {
            _retention = new Retention(this, retention, _options.RetentionInterval, _time, worker.Log);
        }
    }

    internal async Task StopWorkerAsync(CancellationToken patience)
    {
        Dispatcher? dispatcher = _dispatcher;
        if (dispatcher is null)
        {
            return;
        }

        _retention?.Dispose();
        await dispatcher.StopAsync(patience).ConfigureAwait(false);
        _store.Pipeline.Drain(TimeSpan.FromSeconds(30));
        _dispatcher = null;
        dispatcher.Dispose();
    }

    internal void Deliver(Message message) => _dispatcher?.Deliver(message);

    internal InstanceRow NewInstance(string name, string version, string? input, StartOrchestrationOptions? options)
    {
        long key = NextId();
        DateTime now = Now;
        return new InstanceRow
        {
            Key = key,
            Execution = key,

            // Ids that grow with time keep the index on them compact, and new rows next to each other.
            Id = options?.InstanceId ?? Guid.CreateVersion7(new DateTimeOffset(now)).ToString("N"),
            Name = name,
            Version = version,
            Status = OrchestrationRuntimeStatus.Pending,
            Busy = true,
            Created = now.Ticks,
            Updated = now.Ticks,
            StartAt = options?.StartAt is { } startAt && startAt.UtcTicks > now.Ticks ? startAt.UtcTicks : null,
            Tags = options?.Tags is { Count: > 0 } tags ? new Dictionary<string, string>(tags) : null,
            Input = input,
        };
    }

    internal Task StartAsync(InstanceRow row, IReadOnlyCollection<OrchestrationRuntimeStatus>? keep, bool idIsNew)
    {
        var operation = new StartInstance(this, row, keep, idIsNew);
        Write(operation, onThisThread: false);
        return operation.Task;
    }

    /// <summary>Sends a message to an instance. It is stored when the task ends; if nobody wants it, it is dropped.</summary>
    internal Task SendAsync(string target, Entry entry, long due = 0)
    {
        var operation = new SendMessage(this, new Message(target, entry) { Sequence = NextId(), Due = due });
        Write(operation, onThisThread: false);
        return operation.Task;
    }

    internal async Task<int> PurgeAsync(IReadOnlyList<string> ids)
    {
        var operation = new PurgeInstances(ids);
        Write(operation, onThisThread: false);
        return await operation.Task.ConfigureAwait(false);
    }

    internal Task<InstanceRow> WaitAsync(string id, Func<InstanceRow, bool> wanted, CancellationToken cancellation) => Waiters.WaitAsync(
        id, wanted, () => _dispatcher?.FindUnfinished(id) ?? Read(reader => reader.FindInstance(id)), cancellation);
}
