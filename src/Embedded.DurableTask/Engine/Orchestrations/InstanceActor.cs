using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Engine.Operations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Engine.Orchestrations;

/// <summary>
/// An orchestration instance in memory: brings it back from disk when need be, runs its turns, and has each of them stored before
/// anything that it asked for happens.
/// </summary>
internal sealed class InstanceActor(Dispatcher dispatcher, string id) : Actor(dispatcher, id)
{
    InstanceRow? _row;
    OrchestrationExecutor? _executor;
    DateTime _lastNow;
    long _nextTurn;
    volatile OrchestrationExecutor? _strayed;
    long _retired;
    long _turnBegan;

    /// <summary>The row as it was last stored, as long as the instance is known to be unfinished.</summary>
    public InstanceRow? Unfinished => Volatile.Read(ref _row) is { IsTerminal: false } row ? row : null;

    /// <summary>When the code began that runs now; null when none does.</summary>
    public long? TurnBegan => Volatile.Read(ref _turnBegan) is not 0 and var began ? began : null;

    /// <summary>Gives a new actor the row that was just stored, so that it need not be read.</summary>
    public void Begin(InstanceRow row) => Interlocked.CompareExchange(ref _row, row, null);

    /// <summary>Another execution has taken the place of this one: what it still wants to store must not be.</summary>
    public void Retire(long execution) => Volatile.Write(ref _retired, execution);

    protected override TurnGate? Gate => Dispatcher.Turns;

    bool IsRetired(long execution) => Volatile.Read(ref _retired) == execution;

    protected override void Work(List<Message> messages, bool readInbox)
    {
        if (_row is { } held && IsRetired(held.Execution))
        {
            Forget();
        }

        // An ended instance may have been replaced by another one of its id.
        InstanceRow? row = Unfinished;
        if (row is null)
        {
            row = Dispatcher.Hub.Read(reader => reader.FindInstance(Id));
            Volatile.Write(ref _row, row);

            // Something that was accepted earlier may be waiting there, and must not be overtaken.
            readInbox = true;
        }

        if (readInbox)
        {
            AddInbox(messages);
        }

        if (row is null || row.IsTerminal)
        {
            Drop(messages, leave: true);
            return;
        }

        if (row.StartAt is { } startAt && startAt > Dispatcher.Now.Ticks && !messages.Exists(m => m.Entry.Kind == EntryKind.Terminated))
        {
            // What came early stays in the inbox until the start. (The clock may have been set back since the alarm was.)
            Dispatcher.Timers.Add(new TimerQueue.Alarm(startAt, Id));
            Done(leave: true);
            return;
        }

        if (_executor is null)
        {
            TaskFailureDetails? failure;
            try
            {
                (string? leaveAlone, failure) = Dispatcher.Worker.Judge(row);
                if (leaveAlone is not null)
                {
                    Dispatcher.Worker.Log.InstanceLeftAlone(Id, leaveAlone);
                    Settle(messages);
                    Done(leave: true);
                    return;
                }

                failure ??= Rebuild(row);
            }
            catch (Exception e) when (e is not IOException and not ObjectDisposedException)
            {
                // The app's own code: a filter, a factory, an orchestrator's constructor.
                failure = FailureOf(e);
            }

            if (failure is not null)
            {
                Fail(row, messages, failure);
                return;
            }
        }

        if (messages.Find(m => m.Entry.Kind == EntryKind.Unreadable) is { } unreadable)
        {
            Fail(row, messages, Failures.MessageUnreadable(unreadable.Entry.Payload!));
            return;
        }

        PutBackTooMuch(messages);
        RunTurn(row, messages);
    }

    /// <summary>Many large messages at once are taken in over several turns, so that none of them grows beyond what can be stored.</summary>
    void PutBackTooMuch(List<Message> messages)
    {
        long room = Dispatcher.Worker.Settings.PayloadLimit.MaxBytes * 4L;
        int count = 0;
        while (count < messages.Count && (room -= messages[count].Entry.Payload?.Length ?? 0) > 0)
        {
            count++;
        }

        count = Math.Max(count, 1);
        if (count < messages.Count)
        {
            PutFirst(messages.GetRange(count, messages.Count - count));
            messages.RemoveRange(count, messages.Count - count);
        }
    }

    protected override void Forget()
    {
        Unload();
        _strayed = null;
        Volatile.Write(ref _row, null);
        Volatile.Write(ref _retired, 0);
    }

    protected override void ReportRetry(Exception reason, TimeSpan delay) => Dispatcher.Worker.Log.TurnNotStored(reason, Id, delay);

    /// <summary>Adds what is on disk, in the order of its sending: what the mailbox got meanwhile must not overtake it.</summary>
    void AddInbox(List<Message> messages)
    {
        HashSet<long> known = [.. messages.Select(m => m.Sequence)];
        IEnumerable<Message> stored = Dispatcher.Hub.Read(reader => reader.ReadInbox(Id)).Where(m => !known.Contains(m.Sequence));
        Message[] all = [.. messages.Concat(stored).OrderBy(m => m.Sequence)];
        messages.Clear();
        messages.AddRange(all);
    }

    /// <summary>Brings the orchestration to where its history ends, and takes up again what was under way.</summary>
    /// <returns>Why that is not possible; null when it was.</returns>
    TaskFailureDetails? Rebuild(InstanceRow row)
    {
        if (!Dispatcher.Worker.TryCreateOrchestrator(row.Name, row.Version, out ITaskOrchestrator? code))
        {
            return Failures.OrchestratorNotFound(row.Name, row.Version);
        }

        OrchestrationExecutor executor = null!;
        executor = new OrchestrationExecutor(code, row, Dispatcher.Worker.Settings, () => ReportStray(executor));
        _nextTurn = 0;
        _lastNow = default;

        // Only an instance whose first turn has not been stored can be without history.
        if (row.Status != OrchestrationRuntimeStatus.Pending)
        {
            try
            {
                foreach (Turn turn in Dispatcher.Hub.Read(reader => reader.ReadHistory(row.Execution)))
                {
                    executor.Replay(turn);
                    _nextTurn = turn.Number + 1;
                    _lastNow = turn.Now;
                }
            }
            catch (InvalidDataException e)
            {
                executor.Unload();
                return Failures.HistoryUnreadable(e.Message);
            }
            catch (global::DurableTask.Core.Exceptions.NonDeterministicOrchestrationException e)
            {
                executor.Unload();
                return Failures.Of(e, null);
            }
            catch
            {
                executor.Unload();
                throw;
            }
        }

        _executor = executor;
        foreach (OpenTask task in executor.OpenTasks)
        {
            if (task.Action.Kind == EntryKind.TaskScheduled)
            {
                Dispatcher.Activities.Offer(Id, row.Execution, task.Action);
            }
        }

        return null;
    }

    void RunTurn(InstanceRow row, List<Message> messages)
    {
        DateTime now = Dispatcher.Now;
        var entries = new List<Entry>(messages.Count + 2);

        // What was terminated before it began never runs.
        if (_nextTurn == 0 && !messages.Exists(m => m.Entry.Kind == EntryKind.Terminated))
        {
            entries.Add(new Entry(EntryKind.Started));
            Dispatcher.Worker.OrchestrationLog.OrchestrationStarted(Id, row.Name);
        }

        List<EndedTask>? ended = Tracing.IsOn ? [] : null;
        bool suspended = _executor!.IsSuspended;
        foreach (Message message in messages)
        {
            if (IsWanted(message, row, suspended))
            {
                suspended = message.Entry.Kind switch
                {
                    EntryKind.Suspended => true,
                    EntryKind.Resumed => false,
                    _ => suspended,
                };
                entries.Add(message.Entry);
                if (ended is not null && _executor!.FindOpenTask(message.Entry.Id) is { } task)
                {
                    ended.Add(new EndedTask(message.Entry, task.Action, task.Scheduled));
                }

                if (message.Entry.At > now.Ticks)
                {
                    now = new DateTime(message.Entry.At, DateTimeKind.Utc);
                }
            }
        }

        if (entries.Count == 0 && !HasStrayed)
        {
            Drop(messages, leave: false);
            return;
        }

        // Time must not run backwards from one turn to the next.
        now = _lastNow = now > _lastNow ? now : _lastNow;
        TurnOutcome outcome;
        Volatile.Write(ref _turnBegan, Dispatcher.Timestamp);
        try
        {
            outcome = _executor!.Run(now, entries);
        }
        catch (Exception e)
        {
            // Code that throws past its own task, as an "async void" does.
            Fail(row, messages, FailureOf(e));
            return;
        }
        finally
        {
            Volatile.Write(ref _turnBegan, 0);
        }

        if (HasStrayed && outcome.Ending is null)
        {
            Fail(row, messages, Failures.NotDurable());
            return;
        }

        entries.AddRange(outcome.Actions);
        var commit = new TurnCommit(this, Dispatcher, row, _nextTurn, now, entries, outcome, messages) { Ended = ended };
        if (commit.Size > TurnCommit.MaxSize)
        {
            Fail(row, messages, Failures.TurnTooLarge(commit.Size));
            return;
        }

        Dispatcher.Hub.Write(commit, onThisThread: true);
    }

    /// <param name="message">What reached the instance.</param>
    /// <param name="row">The instance.</param>
    /// <param name="suspended">Whether it is suspended when the message's turn comes.</param>
    bool IsWanted(Message message, InstanceRow row, bool suspended)
    {
        if (message.Execution != 0 && message.Execution != row.Execution)
        {
            return false;
        }

        return message.Entry.Kind switch
        {
            EntryKind.TaskCompleted or EntryKind.TaskFailed or EntryKind.TimerFired => _executor!.FindOpenTask(message.Entry.Id) is not null,
            EntryKind.Resumed => suspended,
            _ => true,
        };
    }

    /// <summary>Ends the instance without asking its code: it cannot go on, and says why.</summary>
    void Fail(InstanceRow row, List<Message> messages, TaskFailureDetails failure)
    {
        Dispatcher.Worker.Log.InstancePoisoned(Id, failure.ErrorMessage);
        Unload();
        var outcome = new TurnOutcome
        {
            Actions = [new Entry(EntryKind.Failed) { Failure = failure }],
            CustomStatus = row.CustomStatus,
        };
        Dispatcher.Hub.Write(
            new TurnCommit(this, Dispatcher, row, _nextTurn, Dispatcher.Now, outcome.Actions, outcome, messages) { IsWithoutTurn = true },
            onThisThread: true);
    }

    /// <summary>Nobody wants the messages: those on disk are removed from there.</summary>
    void Drop(List<Message> messages, bool leave)
    {
        Settle(messages);
        if (messages.TrueForAll(m => m.Sequence == 0))
        {
            Done(leave);
        }
        else
        {
            Dispatcher.Hub.Write(new DropMessages(messages, () => Done(leave), reason => TryAgain(messages, reason)), onThisThread: true);
        }
    }

    void Settle(List<Message> messages)
    {
        foreach (Message message in messages)
        {
            if (message.Entry.Kind is EntryKind.TaskCompleted or EntryKind.TaskFailed)
            {
                Dispatcher.Activities.Settle(message.Execution, message.Entry.Id);
            }
        }
    }

    void Unload()
    {
        _executor?.Unload();
        _executor = null;
    }

    TaskFailureDetails FailureOf(Exception e) => Failures.Of(e, Dispatcher.Worker.Settings.ExceptionProperties);

    bool HasStrayed => _strayed is { } strayed && strayed == _executor;

    void ReportStray(OrchestrationExecutor executor)
    {
        // An executor that was given up may still have something running; that is nobody's business any more.
        if (executor == Volatile.Read(ref _executor))
        {
            _strayed = executor;
            Post(null);
        }
    }

    /// <summary>The turn is stored.</summary>
    internal void Stored(InstanceRow row, TurnOutcome outcome)
    {
        bool goesOn = outcome.Ending?.Kind == EntryKind.ContinuedAsNew;
        if (row.IsTerminal && _executor is { } ended)
        {
            foreach (OpenTask task in ended.OpenTasks.Where(task => task.Action.Kind == EntryKind.TimerCreated))
            {
                Dispatcher.Timers.Cancel(row.Execution, task.Action.Id);
            }
        }

        if (goesOn || row.IsTerminal)
        {
            Unload();
        }

        _nextTurn++;
        Volatile.Write(ref _row, goesOn ? row : row.WithoutLongInput());
        if (row.IsTerminal)
        {
            if (row.Failure is { } failure)
            {
                Dispatcher.Worker.OrchestrationLog.OrchestrationFailed(Id, row.Name, failure.ErrorMessage);
            }
            else
            {
                Dispatcher.Worker.OrchestrationLog.OrchestrationCompleted(Id, row.Name);
            }
        }
    }

    internal void Finish(bool leave, bool more) => Done(leave, more || HasStrayed);

    internal void NotStored(List<Message> messages, Exception reason) => TryAgain(messages, reason);
}
