using System.Buffers;
using System.Text.Json;
using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Engine.Operations;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Engine.Orchestrations;

/// <summary>
/// What one turn changes, written as one: the turn itself, the instance, the messages it took in and those it sends, its timers
/// and its sub-orchestrations. Nothing of it takes effect before it is on disk.
/// </summary>
internal sealed class TurnCommit : WriteOperation
{
    public const long MaxSize = 512L * 1024 * 1024;

    readonly InstanceActor _actor;
    readonly Dispatcher _dispatcher;
    readonly InstanceRow _before;
    readonly InstanceRow _after;
    readonly long _turn;
    readonly DateTime _now;
    readonly TurnOutcome _outcome;
    readonly List<Message> _taken;
    readonly List<Message> _sent = [];
    readonly List<Message> _carried = [];
    readonly List<InstanceRow> _children = [];
    readonly List<InstanceRow> _started = [];
    readonly List<Message> _refused = [];
    readonly List<Message> _alongside = [];
    readonly ArrayBufferWriter<byte>? _data;

    public TurnCommit(
        InstanceActor actor,
        Dispatcher dispatcher,
        InstanceRow row,
        long turn,
        DateTime now,
        IReadOnlyList<Entry> entries,
        TurnOutcome outcome,
        List<Message> taken)
    {
        _actor = actor;
        _dispatcher = dispatcher;
        _before = row;
        _turn = turn;
        _now = now;
        _outcome = outcome;
        _taken = taken;
        Size = EstimateSize(entries);
        if (Size > MaxSize)
        {
            _after = row;
            return;
        }

        _after = After();
        _data = new ArrayBufferWriter<byte>((int)Math.Max(64, Size));
        EntryCodec.WriteTurn(_data, now, entries);
        foreach (Entry action in outcome.Actions)
        {
            Prepare(action);
        }

        foreach (Entry carried in outcome.CarriedOver)
        {
            _carried.Add(new Message(row.Id, carried)
            {
                Sequence = Message.BeforeAllOthers(dispatcher.Hub.NextId()),
                Execution = _after.Execution,
            });
        }

        if (_after.IsTerminal && row.Parent is not null)
        {
            Send(AnswerToParent(row.Parent));
        }
    }

    /// <summary>About how many bytes the turn takes.</summary>
    public long Size { get; }

    /// <summary>Set when the instance is ended without a turn of its code: the number of its next turn is not known then.</summary>
    public bool IsWithoutTurn { get; init; }

    /// <summary>The tasks that ended with the turn, when somebody traces.</summary>
    public IReadOnlyList<EndedTask>? Ended { get; init; }

    public override long Bytes => Size + _children.Sum(child => (long)(child.Input?.Length ?? 0)) + _sent.Sum(m => (long)(m.Entry.Payload?.Length ?? 0));

    public override void Apply(StoreWriter writer)
    {
        if (_dispatcher.IsStopped || !writer.IsCurrent(_before.Key, _before.Execution))
        {
            throw new StaleTurnException("Another execution has taken the place of this one, or another worker that of this one's.");
        }

        _started.Clear();
        _refused.Clear();
        _alongside.Clear();
        foreach (Message message in _taken)
        {
            if (message.Sequence != 0)
            {
                if (!writer.DeleteMessage(message.Sequence))
                {
                    throw new StaleTurnException("A message was taken in already.");
                }
            }
            else if (message.Entry.Kind == EntryKind.TimerFired && message.Execution == _before.Execution)
            {
                writer.DeleteTimer(message.Execution, message.Entry.Id);
            }
        }

        if (_after.Execution != _before.Execution)
        {
            writer.DeleteExecution(_before.Execution);
            writer.UpdateInput(_after.Key, _after.Input);
        }
        else if (!IsWithoutTurn)
        {
            writer.InsertTurn(_before.Execution, _turn, _data!.WrittenSpan);
        }

        if (_after.IsTerminal)
        {
            // Code that has come to its end waits for no timer; but it may have given some up in this very turn.
            if (_outcome.Ending is null || IsWithoutTurn || _outcome.CanceledTimers.Count > 0)
            {
                writer.DeleteTimers(_before.Execution);
            }

            if (IsWithoutTurn)
            {
                _alongside.AddRange(Endings.ReleaseLocks(writer, _dispatcher.Hub, _before.Id, _before.Execution));
            }

            if (_taken.Find(m => m.Entry is { Kind: EntryKind.Terminated, Name: Endings.Recursive }) is { } terminated)
            {
                _alongside.AddRange(Endings.TerminateChildren(writer, _dispatcher.Hub, _before.Id, terminated.Entry));
            }
        }
        else
        {
            ApplyTimers(writer);
        }

        foreach (InstanceRow child in _children)
        {
            StartChild(writer, child);
        }

        foreach (Message message in _carried)
        {
            writer.InsertMessage(message);
        }

        foreach (Message message in _sent)
        {
            writer.InsertMessage(message);
        }

        if (!ReferenceEquals(_after, _before))
        {
            writer.UpdateInstance(_after);
        }
    }

    public override void Completed()
    {
        _actor.Stored(_after, _outcome);
        if (Ended is not null)
        {
            _dispatcher.Worker.Guard(() => Tracing.TurnStored(_before, _after, Ended, _now));
        }

        foreach (Message message in _taken)
        {
            if (message.Entry.Kind is EntryKind.TaskCompleted or EntryKind.TaskFailed && message.Sequence == 0)
            {
                _dispatcher.Activities.Settle(message.Execution, message.Entry.Id);
            }
        }

        foreach (int timer in _outcome.CanceledTimers)
        {
            _dispatcher.Timers.Cancel(_before.Execution, timer);
        }

        foreach (Entry action in _outcome.Actions)
        {
            if (action.Kind == EntryKind.TaskScheduled)
            {
                _dispatcher.Activities.Offer(_before.Id, _before.Execution, action);
            }
            else if (action.Kind == EntryKind.TimerCreated && !_outcome.CanceledTimers.Contains(action.Id))
            {
                _dispatcher.Timers.Add(new TimerQueue.Alarm(action.At, _before.Id, _before.Execution, action.Id));
            }
        }

        foreach (InstanceRow child in _started)
        {
            _dispatcher.Begin(child);
        }

        _refused.ForEach(m => _dispatcher.Deliver(m));
        _alongside.ForEach(m => _dispatcher.Deliver(m));
        _sent.ForEach(m => _dispatcher.Deliver(m));
        if (_after.Status != _before.Status)
        {
            _dispatcher.Hub.Waiters.Tell(_after);
        }

        _actor.PutFirst(_carried);
        _actor.Finish(leave: _after.IsTerminal, more: _after.Execution != _before.Execution);
    }

    public override void Failed(Exception reason) => _actor.NotStored(_taken, reason);

    InstanceRow After()
    {
        Entry? ending = _outcome.Ending;
        if (ending?.Kind == EntryKind.ContinuedAsNew)
        {
            return _before with
            {
                Execution = _dispatcher.Hub.NextId(),
                Version = ending.Version ?? _before.Version,
                Status = OrchestrationRuntimeStatus.Running,
                Busy = true,
                StartAt = null,
                Updated = _now.Ticks,
                CustomStatus = _outcome.CustomStatus,
                Input = ending.Payload,
                LacksInput = false,
            };
        }

        string? output = null;
        OrchestrationRuntimeStatus status;
        if (_outcome.IsTerminated)
        {
            status = OrchestrationRuntimeStatus.Terminated;
            output = _taken.Last(m => m.Entry.Kind == EntryKind.Terminated).Entry.Payload;
        }
        else if (ending is not null)
        {
            status = ending.Kind == EntryKind.Completed ? OrchestrationRuntimeStatus.Completed : OrchestrationRuntimeStatus.Failed;
            output = ending.Payload;
        }
        else
        {
            status = _outcome.IsSuspended ? OrchestrationRuntimeStatus.Suspended : OrchestrationRuntimeStatus.Running;
        }

        bool ends = ending is not null || _outcome.IsTerminated;
        bool busy = !ends && _outcome.HasOpenActivities;

        // A turn of an instance that just goes on is told by its history; its row stays as it is.
        return status == _before.Status && busy == _before.Busy && _outcome.CustomStatus == _before.CustomStatus && !ends
            ? _before
            : _before with
            {
                Status = status,
                Busy = busy,
                StartAt = null,
                Updated = _now.Ticks,
                CustomStatus = _outcome.CustomStatus,
                Output = output,
                Failure = ending?.Failure,
            };
    }

    void Prepare(Entry action)
    {
        switch (action.Kind)
        {
            case EntryKind.SubOrchestrationCreated:
                long key = _dispatcher.Hub.NextId();
                _children.Add(new InstanceRow
                {
                    Key = key,
                    Execution = key,
                    Id = action.Target!,
                    Name = action.Name!,
                    Version = action.Version ?? string.Empty,
                    Status = OrchestrationRuntimeStatus.Pending,
                    Busy = true,
                    Created = _now.Ticks,
                    Updated = _now.Ticks,
                    Parent = new ParentRef(_before.Id, _before.Name, _before.Execution, action.Id),
                    Tags = action.Tags,
                    Trace = action.Trace,
                    Input = action.Payload,
                });
                break;
            case EntryKind.EventSent:
                Send(new Message(action.Target!, new Entry(EntryKind.EventRaised) { Name = action.Name, Payload = action.Payload }));
                break;
            case EntryKind.EntityCalled:
                Send(new Message(action.Target!, action) { ReplyTo = _before.Id, ReplyExecution = _before.Execution });
                break;
            case EntryKind.EntitySignaled:
                Send(new Message(action.Target!, action) { Due = action.At > _now.Ticks ? action.At : 0 });
                break;
            case EntryKind.EntitiesLocked:
                string first = JsonSerializer.Deserialize<string[]>(action.Target!)![0];
                Send(new Message(first, action) { ReplyTo = _before.Id, ReplyExecution = _before.Execution });
                break;
            case EntryKind.EntitiesReleased:
                foreach (string target in JsonSerializer.Deserialize<string[]>(action.Target!)!)
                {
                    Send(new Message(target, action) { ReplyTo = _before.Id, ReplyExecution = _before.Execution });
                }

                break;
            default:
                break;
        }
    }

    void Send(Message message) => _sent.Add(message with { Sequence = _dispatcher.Hub.NextId() });

    Message AnswerToParent(ParentRef parent)
    {
        Entry answer = _after.Status == OrchestrationRuntimeStatus.Completed
            ? new Entry(EntryKind.TaskCompleted, parent.TaskId) { Payload = _after.Output }
            : new Entry(EntryKind.TaskFailed, parent.TaskId)
            {
                Failure = _after.Failure ?? Failures.Terminated(_after.Name, _after.Id, _after.Output),
            };
        return new Message(parent.Id, answer) { Execution = parent.Execution };
    }

    void ApplyTimers(StoreWriter writer)
    {
        foreach (Entry action in _outcome.Actions)
        {
            if (action.Kind == EntryKind.TimerCreated && !_outcome.CanceledTimers.Contains(action.Id))
            {
                writer.InsertTimer(_before.Execution, action.Id, action.At, _before.Id);
            }
        }

        foreach (int timer in _outcome.CanceledTimers)
        {
            writer.DeleteTimer(_before.Execution, timer);
        }
    }

    void StartChild(StoreWriter writer, InstanceRow child)
    {
        StoredInstance? existing = writer.FindInstance(child.Id);
        if (existing is { IsTerminal: false })
        {
            var refusal = new Message(_before.Id, new Entry(EntryKind.TaskFailed, child.Parent!.TaskId)
            {
                Failure = Failures.AlreadyExists(child.Id, existing.Status.ToString()),
            })
            {
                Execution = _before.Execution,
                Sequence = child.Key,
            };
            writer.InsertMessage(refusal);
            _refused.Add(refusal);
            return;
        }

        if (existing is not null)
        {
            writer.DeleteInstance(existing);
        }

        writer.InsertInstance(child);
        _started.Add(child);
    }

    static long EstimateSize(IReadOnlyList<Entry> entries)
    {
        long size = 16;
        foreach (Entry entry in entries)
        {
            size += 32 + (entry.Payload?.Length ?? 0) + (entry.Name?.Length ?? 0) + (entry.Target?.Length ?? 0)
                + (entry.Trace?.Length ?? 0) + (entry.Failure is null ? 0 : 1_000);
        }

        return size;
    }
}
