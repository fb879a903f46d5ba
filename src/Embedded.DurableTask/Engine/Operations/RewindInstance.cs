using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Engine.Operations;

/// <summary>
/// Takes a failed instance back to before its failures. What was done before stays done; the tasks that failed are run again, and
/// sub-orchestrations that failed are rewound in turn. If nothing that the instance asked for had failed, its last turn is run again.
/// </summary>
internal sealed class RewindInstance(EmbeddedTaskHub hub, RewindPlan plan) : WriteOperation
{
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _changed;

    public Task Task => _done.Task;

    public override void Apply(StoreWriter writer)
    {
        _changed = writer.FindInstance(plan.Row.Id) is not { Status: OrchestrationRuntimeStatus.Failed } found || found.Execution != plan.OldExecution;
        if (_changed)
        {
            return;
        }

        writer.MoveTurnsBefore(plan.Kept.Count, plan.OldExecution, plan.Row.Execution);
        foreach (Entry timer in plan.OpenTimers)
        {
            writer.InsertTimer(plan.Row.Execution, timer.Id, timer.At, plan.Row.Id);
        }

        foreach (Message message in plan.Again)
        {
            writer.InsertMessage(message);
        }

        writer.AdoptChildren(plan.Row.Id, plan.OldExecution, plan.Row.Execution);
        writer.UpdateInstance(plan.Row);
    }

    public override void Completed()
    {
        if (_changed)
        {
            _done.SetException(new InvalidOperationException(
                $"The orchestration '{plan.Row.Id}' was restarted, removed or rewound by somebody else meanwhile."));
            return;
        }

        foreach (Entry timer in plan.OpenTimers)
        {
            hub.Dispatcher?.Timers.Add(new TimerQueue.Alarm(timer.At, plan.Row.Id, plan.Row.Execution, timer.Id));
        }

        hub.Dispatcher?.Wake(plan.Row.Id);
        _done.SetResult();
    }

    public override void Failed(Exception reason) => _done.SetException(reason);
}

/// <summary>Which part of a failed instance's history stays, and what is to reach it again.</summary>
internal sealed class RewindPlan
{
    RewindPlan(InstanceRow row, long oldExecution, List<Turn> kept, List<Message> again, List<Entry> openTimers, List<string> failedChildren)
    {
        Row = row;
        OldExecution = oldExecution;
        Kept = kept;
        Again = again;
        OpenTimers = openTimers;
        FailedChildren = failedChildren;
    }

    public InstanceRow Row { get; }

    public long OldExecution { get; }

    public IReadOnlyList<Turn> Kept { get; }

    /// <summary>What the dropped turns had taken in and the instance must not lose.</summary>
    public IReadOnlyList<Message> Again { get; }

    public IReadOnlyList<Entry> OpenTimers { get; }

    /// <summary>Sub-orchestrations to be rewound as well.</summary>
    public IReadOnlyList<string> FailedChildren { get; }

    public static RewindPlan Make(EmbeddedTaskHub hub, InstanceRow failed, IReadOnlyList<Turn> turns)
    {
        int cut = FindCut(turns);
        List<Turn> kept = [.. turns.Take(cut)];
        long execution = hub.NextId();
        Dictionary<int, Entry> open = [];
        foreach (Entry entry in kept.SelectMany(t => t.Entries))
        {
            if (!entry.IsInbound && entry.Id >= 0)
            {
                open[entry.Id] = entry;
            }
            else if (entry.Kind is EntryKind.TaskCompleted or EntryKind.TaskFailed or EntryKind.TimerFired)
            {
                open.Remove(entry.Id);
            }
        }

        var again = new List<Message>();
        var failedChildren = new List<string>();
        foreach (Entry entry in turns.Skip(cut).SelectMany(t => t.Entries).Where(e => e.IsInbound))
        {
            switch (entry.Kind)
            {
                case EntryKind.TaskFailed:
                    if (open.GetValueOrDefault(entry.Id) is not { Kind: EntryKind.SubOrchestrationCreated } child)
                    {
                        break;
                    }

                    if (hub.Read(reader => reader.FindInstance(child.Target!)) is { Status: OrchestrationRuntimeStatus.Failed })
                    {
                        failedChildren.Add(child.Target!);
                    }
                    else
                    {
                        // Nobody is there who could answer differently: the failure stands.
                        again.Add(new Message(failed.Id, entry) { Sequence = hub.NextId(), Execution = execution });
                    }

                    break;
                case EntryKind.TaskCompleted or EntryKind.TimerFired:
                    if (open.Remove(entry.Id))
                    {
                        again.Add(new Message(failed.Id, entry) { Sequence = hub.NextId(), Execution = execution });
                    }

                    break;
                case EntryKind.EventRaised or EntryKind.Suspended or EntryKind.Resumed:
                    again.Add(new Message(failed.Id, entry) { Sequence = hub.NextId(), Execution = execution });
                    break;
                default:
                    break;
            }
        }

        InstanceRow row = failed with
        {
            Execution = execution,

            // Without a turn left it begins again, and an instance that has not begun is one that is pending.
            Status = cut == 0 ? OrchestrationRuntimeStatus.Pending : OrchestrationRuntimeStatus.Running,
            Busy = true,
            Updated = hub.Now.Ticks,
            Output = null,
            Failure = null,
        };
        return new RewindPlan(
            row, failed.Execution, kept, again, [.. open.Values.Where(e => e.Kind == EntryKind.TimerCreated)], failedChildren);
    }

    /// <summary>
    /// The first turn to drop: the earliest that brought a failure after which nothing more was asked for. When the code did ask for
    /// more (a compensation, say) the cut is at its last failure, and what followed from it is undone with it.
    /// </summary>
    static int FindCut(IReadOnlyList<Turn> turns)
    {
        int lastAsking = -1;
        int lastFailure = -1;
        for (int i = 0; i < turns.Count; i++)
        {
            if (turns[i].Entries.Any(e => !e.IsInbound && !e.EndsExecution))
            {
                lastAsking = i;
            }

            if (turns[i].Entries.Any(e => e.Kind == EntryKind.TaskFailed))
            {
                lastFailure = i;
            }
        }

        if (lastFailure < 0)
        {
            return Math.Max(0, turns.Count - 1);
        }

        if (lastAsking >= lastFailure)
        {
            return lastFailure;
        }

        for (int i = lastAsking + 1; i < turns.Count; i++)
        {
            if (turns[i].Entries.Any(e => e.Kind == EntryKind.TaskFailed))
            {
                return i;
            }
        }

        return lastFailure;
    }
}
