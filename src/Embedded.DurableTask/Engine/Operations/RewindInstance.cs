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

        foreach ((string child, long execution) in plan.RunningChildren)
        {
            // In memory it still answers to the execution that failed.
            hub.Dispatcher?.Retire(child, execution);
        }

        hub.Dispatcher?.Wake(plan.Row.Id);
        _done.SetResult();
    }

    public override void Failed(Exception reason) => _done.SetException(reason);
}

/// <summary>Which part of a failed instance's history stays, and what is to reach it again.</summary>
internal sealed class RewindPlan
{
    public required InstanceRow Row { get; init; }

    public required long OldExecution { get; init; }

    public required IReadOnlyList<Turn> Kept { get; init; }

    /// <summary>What the dropped turns had taken in and the instance must not lose.</summary>
    public required IReadOnlyList<Message> Again { get; init; }

    public required IReadOnlyList<Entry> OpenTimers { get; init; }

    /// <summary>Sub-orchestrations to be rewound as well.</summary>
    public required IReadOnlyList<string> FailedChildren { get; init; }

    /// <summary>Sub-orchestrations that go on, and answer to the rewound instance from now on.</summary>
    public required IReadOnlyList<(string Id, long Execution)> RunningChildren { get; init; }

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
        var runningChildren = new List<(string Id, long Execution)>();
        foreach (Entry entry in turns.Skip(cut).SelectMany(t => t.Entries).Where(e => e.IsInbound))
        {
            switch (entry.Kind)
            {
                case EntryKind.TaskFailed:
                    if (open.GetValueOrDefault(entry.Id) is not { Kind: EntryKind.SubOrchestrationCreated } child)
                    {
                        break;
                    }

                    if (hub.Read(reader => reader.FindInstance(child.Target!)) is not { Status: OrchestrationRuntimeStatus.Failed })
                    {
                        // Nobody is there who could answer differently: the failure stands.
                        open.Remove(entry.Id);
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

        foreach (Entry child in open.Values.Where(e => e.Kind == EntryKind.SubOrchestrationCreated).ToList())
        {
            switch (hub.Read(reader => reader.FindInstance(child.Target!)))
            {
                case { Status: OrchestrationRuntimeStatus.Failed }:
                    failedChildren.Add(child.Target!);
                    break;
                case { Status: OrchestrationRuntimeStatus.Completed } done:
                    // Its answer came after the instance had failed, and was dropped.
                    again.Add(new Message(failed.Id, new Entry(EntryKind.TaskCompleted, child.Id) { Payload = done.Output })
                    {
                        Sequence = hub.NextId(),
                        Execution = execution,
                    });
                    break;
                case { IsTerminal: false } running:
                    runningChildren.Add((running.Id, running.Execution));
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
        return new RewindPlan
        {
            Row = row,
            OldExecution = failed.Execution,
            Kept = kept,
            Again = again,
            OpenTimers = [.. open.Values.Where(e => e.Kind == EntryKind.TimerCreated)],
            FailedChildren = failedChildren,
            RunningChildren = runningChildren,
        };
    }

    /// <summary>
    /// The first turn to drop: the earliest that brought a failure after which nothing more was asked for. When the code did ask for
    /// more (a compensation, say) the cut is at its last failure, and what followed from it is undone with it.
    /// </summary>
    static int FindCut(IReadOnlyList<Turn> turns)
    {
        if (turns is not [.., { Entries: [.., { Kind: EntryKind.Failed }] }])
        {
            // Its code did not fail: the engine ended it (a mismatch with the history, say). All that it did stands.
            return turns.Count;
        }

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
            return turns.Count - 1;
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
