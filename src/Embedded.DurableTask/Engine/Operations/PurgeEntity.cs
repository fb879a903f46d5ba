using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Engine.Operations;

/// <summary>Removes an entity's state, unless somebody holds its lock.</summary>
internal sealed class PurgeEntity(EmbeddedTaskHub hub, string id) : WriteOperation
{
    readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _count;

    public Task<int> Task => _done.Task;

    public override void Apply(StoreWriter writer)
    {
        _count = writer.DeleteUnlockedEntity(id) ? 1 : 0;
        hub.Dispatcher?.Outdate(id);
    }

    public override void Completed()
    {
        // Once more: the entity may have been read again before the commit.
        hub.Dispatcher?.Outdate(id);
        _done.SetResult(_count);
    }

    public override void Failed(Exception reason) => _done.SetException(reason);
}

/// <summary>Frees an entity from the lock of an orchestration that has ended without releasing it.</summary>
internal sealed class ReleaseOrphanedLock(EmbeddedTaskHub hub, EntityRow entity) : WriteOperation
{
    readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _released;
    History.Message? _release;

    public Task<bool> Task => _done.Task;

    public override void Apply(StoreWriter writer)
    {
        StoredInstance? holder = writer.FindInstance(entity.LockedBy!);
        _released = holder is null || holder.IsTerminal || holder.Execution != entity.LockedExecution;
        if (_released)
        {
            _release = new History.Message(entity.Id, new History.Entry(History.EntryKind.EntitiesReleased))
            {
                Sequence = hub.NextId(),
                ReplyTo = entity.LockedBy,
                ReplyExecution = entity.LockedExecution,
            };
            writer.InsertMessage(_release);
        }
    }

    public override void Completed()
    {
        if (_released)
        {
            hub.Deliver(_release!);
        }

        _done.SetResult(_released);
    }

    public override void Failed(Exception reason) => _done.SetException(reason);
}
