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
    readonly List<Message> _alongside = [];
    OrchestrationRuntimeStatus? _kept;
    long _replaced;

    public Task Task => _done.Task;

    public override long Bytes => row.Input?.Length ?? 0;

    public override void Apply(StoreWriter writer)
    {
        _kept = null;
        _replaced = 0;
        _alongside.Clear();
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

        _alongside.ForEach(hub.Deliver);
        if (idIsNew)
        {
            hub.Dispatcher?.Begin(row);
        }
        else
        {
            // The actor, if there is one, may still hold an old execution: it must look for itself.
            hub.Dispatcher?.Retire(row.Id, _replaced);
            hub.Dispatcher?.Succeed(row);
        }

        _done.SetResult();
    }

    public override void Failed(Exception reason) => _done.SetException(reason);

    void Replace(StoreWriter writer, StoredInstance existing)
    {
        if (!existing.IsTerminal)
        {
            if (existing.Parent is { } parent)
            {
                // Its parent waits for it, and must not do so for ever.
                _alongside.Add(new Message(parent.Id, new Entry(EntryKind.TaskFailed, parent.TaskId)
                {
                    Failure = Failures.Terminated(existing.Name, existing.Id, "it was replaced by a new instance"),
                })
                {
                    Execution = parent.Execution,
                    Sequence = hub.NextId(),
                });
                writer.InsertMessage(_alongside[0]);
            }

            _alongside.AddRange(Endings.ReleaseLocks(writer, hub, existing.Id, existing.Execution));
        }

        _replaced = existing.Execution;
        writer.DeleteInstance(existing);
    }
}
