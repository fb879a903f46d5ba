using System.Text.Json;
using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.DurableTask.Engine.Entities;

/// <summary>
/// An entity in memory. Takes operations one after the other; what an operation changes and sends is stored with the removal of
/// its message, so it has happened once or not at all. While somebody holds its lock the others' messages wait in the inbox.
/// </summary>
internal sealed class EntityActor(Dispatcher dispatcher, string id) : Actor(dispatcher, id)
{
    /// <summary>Operations taken in one go.</summary>
    const int MaxBatch = 100;

    readonly EntityInstanceId _id = EntityInstanceId.FromString(id);
    readonly List<Message> _waiting = [];
    EntityRow? _row;
    volatile bool _outdated;

    /// <summary>The state was removed: what is in memory, and what came of it, must not be stored.</summary>
    public void Outdate() => _outdated = true;

    public bool IsOutdated => _outdated;

    protected override void Work(List<Message> messages, bool readInbox) => _ = WorkAsync(messages, readInbox);

    protected override void Forget()
    {
        // First: what is read from now on may be outdated again.
        _outdated = false;
        _row = null;
        _waiting.Clear();
    }

    protected override void ReportRetry(Exception reason, TimeSpan delay) => Dispatcher.Worker.Log.EntityBatchNotStored(reason, Id, delay);

    async Task WorkAsync(List<Message> messages, bool readInbox)
    {
        try
        {
            if (_outdated)
            {
                Forget();
                readInbox = true;
            }

            if (_row is null)
            {
                _row = Dispatcher.Hub.Read(reader => reader.FindEntity(Id)) ?? new EntityRow(Id);

                // Something that was accepted earlier may be waiting there, behind a lock or for its turn.
                readInbox = true;
            }

            _waiting.AddRange(messages);
            if (readInbox)
            {
                AddInbox();
            }

            await Dispatcher.EntityGate.WaitAsync().ConfigureAwait(false);
            EntityBatch batch;
            try
            {
                batch = await RunBatchAsync(_row).ConfigureAwait(false);
            }
            finally
            {
                Dispatcher.EntityGate.Release();
            }

            if (batch.Taken.Count == 0)
            {
                Done(leave: false);
                return;
            }

            Dispatcher.Hub.Write(new EntityCommit(this, Dispatcher, batch), onThisThread: true);
        }
        catch (Exception e)
        {
            // Nothing may be lost here: whatever went wrong, the messages are tried again.
            TryAgain(messages, e);
        }
    }

    /// <summary>Adds what is on disk, in the order of its sending: what the mailbox got meanwhile must not overtake it.</summary>
    void AddInbox()
    {
        long now = Dispatcher.Now.Ticks;
        HashSet<long> known = [.. _waiting.Select(m => m.Sequence)];
        IEnumerable<Message> stored = Dispatcher.Hub.Read(reader => reader.ReadInbox(Id)).Where(m => m.Due <= now && !known.Contains(m.Sequence));
        Message[] all = [.. _waiting.Concat(stored).OrderBy(m => m.Due).ThenBy(m => m.Sequence)];
        _waiting.Clear();
        _waiting.AddRange(all);
    }

    async Task<EntityBatch> RunBatchAsync(EntityRow row)
    {
        if (row.LockedBy is not null && _waiting.Count > 0 && NextFor(row) is null && !IsAlive(row.LockedBy, row.LockedExecution))
        {
            row = row with { LockedBy = null, LockedExecution = 0 };
        }

        var batch = new EntityBatch(row);
        var state = new StoredEntityState(Dispatcher.Worker.Converter, Dispatcher.Worker.Settings.PayloadLimit, row.State);
        await using AsyncServiceScope scope = Dispatcher.Worker.Services.CreateAsyncScope();
        ITaskEntity? code = null;
        while (batch.Taken.Count < MaxBatch && NextFor(batch.Row) is { } message)
        {
            _waiting.Remove(message);
            batch.Taken.Add(message);
            switch (message.Entry.Kind)
            {
                case EntryKind.EntitiesLocked:
                    Lock(batch, message);
                    break;
                case EntryKind.EntitiesReleased:
                    if (IsHolder(batch.Row, message))
                    {
                        batch.Row = batch.Row with { LockedBy = null, LockedExecution = 0 };
                    }

                    break;
                case EntryKind.Unreadable:
                    Dispatcher.Worker.Log.EntityMessageDropped(Id, message.Entry.Payload!);
                    break;
                default:
                    code ??= Create(batch, scope.ServiceProvider, message);
                    if (code is not null)
                    {
                        state = await RunOperationAsync(batch, code, state, message).ConfigureAwait(false);
                    }

                    break;
            }
        }

        batch.Row = batch.Row with { State = state.Serialized, Modified = Dispatcher.Now.Ticks };
        return batch;
    }

    /// <summary>The entity's code. If there is none, or it cannot be made, that is the answer.</summary>
    ITaskEntity? Create(EntityBatch batch, IServiceProvider services, Message message)
    {
        try
        {
            if (Dispatcher.Worker.TryCreateEntity(_id.Name, services, out ITaskEntity? code))
            {
                return code;
            }

            Answer(batch, message, null, Failures.EntityNotFound(_id.Name));
        }
        catch (Exception e)
        {
            Dispatcher.Worker.Log.EntityOperationFailed(e, Id, message.Entry.Name!);
            Answer(batch, message, null, Failures.Of(e, Dispatcher.Worker.Settings.ExceptionProperties));
        }

        return null;
    }

    bool IsAlive(string instanceId, long execution) =>
        Dispatcher.Hub.Read(reader => reader.FindInstance(instanceId)) is { IsTerminal: false } row && row.Execution == execution;

    /// <summary>The first message that the lock, if there is one, lets through.</summary>
    Message? NextFor(EntityRow row) => row.LockedBy is null ? _waiting.FirstOrDefault() : _waiting.Find(m => IsHolder(row, m));

    static bool IsHolder(EntityRow row, Message message) => row.LockedBy == message.ReplyTo && row.LockedExecution == message.ReplyExecution;

    /// <returns>The state after the operation.</returns>
    async Task<StoredEntityState> RunOperationAsync(EntityBatch batch, ITaskEntity code, StoredEntityState state, Message message)
    {
        var context = new StoredEntityContext(_id, Dispatcher);

        // A copy: code that was given up because its time was over may still run, and must change nothing any more.
        StoredEntityState changed = state.Copy();
        try
        {
            object? result = await code.RunAsync(new StoredEntityOperation(message.Entry, context, changed, Dispatcher.Worker.Converter))
                .ConfigureAwait(false);
            Answer(batch, message, Dispatcher.Worker.Converter.Serialize(result), null);
            batch.Sent.AddRange(context.Sent);
            batch.Started.AddRange(context.Started);
            return changed;
        }
        catch (Exception e)
        {
            // Whatever an operation throws is its result; what it changed and sent is undone.
            Dispatcher.Worker.Log.EntityOperationFailed(e, Id, message.Entry.Name!);
            Answer(batch, message, null, Failures.Of(e, Dispatcher.Worker.Settings.ExceptionProperties));
            return state.WithoutObject();
        }
    }

    void Answer(EntityBatch batch, Message request, string? result, TaskFailureDetails? failure)
    {
        if (request.ReplyTo is null || request.Entry.Kind == EntryKind.EntitySignaled)
        {
            return;
        }

        if (failure is null && Dispatcher.Worker.Settings.PayloadLimit.Refuse(result, $"result of operation '{request.Entry.Name}'") is { } refused)
        {
            failure = Failures.PayloadRefused(refused);
        }

        Entry answer = failure is null
            ? new Entry(EntryKind.TaskCompleted, request.Entry.Id) { Payload = result }
            : new Entry(EntryKind.TaskFailed, request.Entry.Id) { Failure = failure };
        batch.Sent.Add(new Message(request.ReplyTo, answer)
        {
            Sequence = Dispatcher.Hub.NextId(),
            Execution = request.ReplyExecution,
        });
    }

    /// <summary>Gives the lock, and passes the request on to the next entity of its list, or tells the requester that it has all.</summary>
    void Lock(EntityBatch batch, Message request)
    {
        if (!IsAlive(request.ReplyTo!, request.ReplyExecution))
        {
            // It ended while it waited, and its release went past the request.
            return;
        }

        batch.Row = batch.Row with { LockedBy = request.ReplyTo, LockedExecution = request.ReplyExecution };
        string[] all = JsonSerializer.Deserialize<string[]>(request.Entry.Target!)!;
        int next = request.LockPosition + 1;
        if (next < all.Length)
        {
            batch.Sent.Add(request with { Target = all[next], LockPosition = next, Sequence = Dispatcher.Hub.NextId() });
        }
        else
        {
            Answer(batch, request, null, null);
        }
    }

    internal void Stored(EntityBatch batch)
    {
        _row = batch.Row;
        bool more = NextFor(batch.Row) is not null;
        Done(leave: !more && _waiting.Count == 0 && batch.Row.State is null && batch.Row.LockedBy is null, more);
    }

    internal void NotStored(EntityBatch batch, Exception reason) => TryAgain(batch.Taken, reason);
}

/// <summary>What a go at an entity's messages comes to.</summary>
internal sealed class EntityBatch(EntityRow row)
{
    public EntityRow Row { get; set; } = row;

    public List<Message> Taken { get; } = [];

    public List<Message> Sent { get; } = [];

    public List<InstanceRow> Started { get; } = [];
}

internal sealed class EntityCommit(EntityActor actor, Dispatcher dispatcher, EntityBatch batch) : WriteOperation
{
    readonly List<InstanceRow> _started = [];

    public override void Apply(StoreWriter writer)
    {
        if (dispatcher.IsStopped || actor.IsOutdated)
        {
            throw new StaleTurnException("The entity's state was removed meanwhile, or another worker has taken it over.");
        }

        _started.Clear();
        foreach (Message message in batch.Taken)
        {
            if (!writer.DeleteMessage(message.Sequence))
            {
                throw new StaleTurnException("A message was taken in already.");
            }
        }

        if (batch.Row is { State: null, LockedBy: null })
        {
            writer.DeleteEntity(batch.Row.Id);
        }
        else
        {
            writer.PutEntity(batch.Row);
        }

        foreach (Message message in batch.Sent)
        {
            writer.InsertMessage(message);
        }

        foreach (InstanceRow row in batch.Started)
        {
            StoredInstance? existing = writer.FindInstance(row.Id);
            if (existing is { IsTerminal: false })
            {
                // As with the official backends: a second start of a running instance is dropped.
                continue;
            }

            if (existing is not null)
            {
                writer.DeleteInstance(existing);
            }

            writer.InsertInstance(row);
            _started.Add(row);
        }
    }

    public override void Completed()
    {
        batch.Sent.ForEach(m => dispatcher.Deliver(m));
        _started.ForEach(dispatcher.Begin);
        actor.Stored(batch);
    }

    public override void Failed(Exception reason) => actor.NotStored(batch, reason);
}
