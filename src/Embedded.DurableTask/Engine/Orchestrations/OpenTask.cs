using Embedded.DurableTask.Engine.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Engine.Orchestrations;

/// <summary>
/// A durable task that the orchestrator asked for and that has no result yet. Its continuation runs inside
/// <see cref="Complete"/>, on the thread of the turn.
/// </summary>
internal abstract class OpenTask(Entry action, DateTime scheduled)
{
    public Entry Action { get; } = action;

    public DateTime Scheduled { get; } = scheduled;

    /// <summary>Whether the orchestration stays open until the task has ended, although its code may have returned.</summary>
    public bool HoldsOpen => Action.Kind is EntryKind.TaskScheduled or EntryKind.SubOrchestrationCreated or EntryKind.TimerCreated;

    public abstract void Complete(string? payload, DataConverter converter);

    public abstract void Fail(TaskFailureDetails failure);

    public abstract bool Cancel(CancellationToken token);
}

internal sealed class OpenTask<T>(Entry action, DateTime scheduled, bool ignoresResult) : OpenTask(action, scheduled)
{
    // Continuations run inline on purpose: the turn is over when they are.
    readonly TaskCompletionSource<T> _source = new();

    public Task<T> Task => _source.Task;

    public override void Complete(string? payload, DataConverter converter)
    {
        T? result;
        try
        {
            result = ignoresResult || payload is null ? default : converter.Deserialize<T>(payload);
        }
        catch (Exception e)
        {
            // Whatever the converter throws belongs to the code that awaits the result.
            _source.TrySetException(e);
            return;
        }

        _source.TrySetResult(result!);
    }

    public override void Fail(TaskFailureDetails failure) => _source.TrySetException(
        Action.Kind == EntryKind.EntityCalled
            ? new EntityOperationFailedException(EntityInstanceId.FromString(Action.Target!), Action.Name!, failure)
            : new TaskFailedException(Action.Name!, Action.Id, failure));

    public override bool Cancel(CancellationToken token) => _source.TrySetCanceled(token);
}
