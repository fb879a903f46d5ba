using DurableTask.Core.Exceptions;
using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Engine.Operations;

/// <summary>
/// A client's start of an instance. Whether there is one of that id, and what to do then, is decided in the transaction itself.
/// </summary>
/// <param name="hub">The hub.</param>
/// <param name="row">The new instance.</param>
/// <param name="keep">In which states an existing instance of that id is kept, and the start refused; null for the default: unfinished ones.</param>
/// <param name="idIsNew">Whether the id was made just now, so that there cannot be another one.</param>
internal sealed class StartInstance(
    EmbeddedTaskHub hub, InstanceRow row, IReadOnlyCollection<OrchestrationRuntimeStatus>? keep, bool idIsNew) : WriteOperation
{
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    OrchestrationRuntimeStatus? _kept;
    Message? _toParent;

    public Task Task => _done.Task;

    public override void Apply(StoreWriter writer)
    {
        _kept = null;
        _toParent = null;
        if (!idIsNew && writer.FindInstance(row.Id) is { } existing)
        {
            if (keep is null ? !existing.IsTerminal : keep.Contains(existing.Status))
            {
                _kept = existing.Status;
                return;
            }

            Replace(writer, existing);
        }

        writer.InsertInstance(row);
    }

    public override void Completed()
    {
        if (_kept is { } status)
        {
            _done.SetException(new OrchestrationAlreadyExistsException(
                $"An orchestration with the ID '{row.Id}' already exists and is {status}."));
            return;
        }

        if (_toParent is not null)
        {
            hub.Deliver(_toParent);
        }

        // After a replacement the actor, if there is one, still holds the old execution: it must look for itself.
        if (idIsNew)
        {
            hub.Dispatcher?.Begin(row);
        }
        else
        {
            hub.Dispatcher?.Succeed(row);
        }

        _done.SetResult();
    }

    public override void Failed(Exception reason) => _done.SetException(reason);

    void Replace(StoreWriter writer, StoredInstance existing)
    {
        if (!existing.IsTerminal)
        {
            hub.Dispatcher?.Retire(existing.Id, existing.Execution);
            if (existing.Parent is { } parent)
            {
                // Its parent waits for it, and must not do so for ever.
                _toParent = new Message(parent.Id, new Entry(EntryKind.TaskFailed, parent.TaskId)
                {
                    Failure = Failures.Terminated(existing.Name, existing.Id, "it was replaced by a new instance"),
                })
                {
                    Execution = parent.Execution,
                    Sequence = hub.NextId(),
                };
            }
        }

        writer.DeleteInstance(existing);
        if (_toParent is not null)
        {
            writer.InsertMessage(_toParent);
        }
    }
}
