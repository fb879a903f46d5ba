using Embedded.DurableTask.Engine.History;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Engine.Orchestrations;

/// <summary>
/// One orchestration as a live state machine. Fed with what reaches it, turn by turn, it tells what it asks for. It knows nothing
/// of storage, time or threads, so the same turns always give the same outcome: that is what replay rests on.
/// </summary>
internal sealed class OrchestrationExecutor
{
    readonly ITaskOrchestrator _code;
    readonly OrchestratorSettings _settings;
    readonly EmbeddedOrchestrationContext _context;
    readonly OrchestratorSynchronizationContext _synchronization;
    readonly Action _strayed;
    string? _input;
    Queue<Entry>? _whileSuspended;
    Task<object?>? _run;
    int _turnThread;
    bool _terminated;
    bool _suspended;

    /// <param name="code">The orchestrator.</param>
    /// <param name="row">The instance that it runs for.</param>
    /// <param name="settings">What it shares with the other orchestrations of the worker.</param>
    /// <param name="strayed">Called, from whatever thread, when its code goes on outside of a turn: it awaited something not durable.</param>
    public OrchestrationExecutor(ITaskOrchestrator code, InstanceRow row, OrchestratorSettings settings, Action strayed)
    {
        _code = code;
        _settings = settings;
        _input = row.Input;
        _strayed = strayed;
        _context = new EmbeddedOrchestrationContext(row with { Input = null }, settings, IsTurnThread, strayed);
        _synchronization = new OrchestratorSynchronizationContext(IsTurnThread, strayed);
    }

    public bool IsSuspended => _suspended;

    /// <summary>Tasks without a result, to be taken up again when an instance comes back from disk.</summary>
    public IEnumerable<OpenTask> OpenTasks => _context.OpenTasks.Where(task => !IsAnswered(task.Action.Id) && !_context.IsWithheld(task.Action.Id));

    public OpenTask? FindOpenTask(int id) => IsAnswered(id) ? null : _context.FindOpenTask(id);

    /// <summary>Goes through a recorded turn, and checks that the code asks for what it asked for then.</summary>
    public void Replay(Turn turn)
    {
        TurnOutcome outcome = RunTurn(turn.Now, turn.Entries, replaying: true);
        int position = 0;
        foreach (Entry recorded in turn.Entries)
        {
            if (!recorded.IsInbound)
            {
                Entry? asked = position < outcome.Actions.Count ? outcome.Actions[position] : null;
                if (asked is null || !Same(recorded, asked))
                {
                    throw Failures.Mismatch(turn.Number, position, recorded, asked);
                }

                position++;
            }
        }

        if (position < outcome.Actions.Count)
        {
            throw Failures.Mismatch(turn.Number, position, null, outcome.Actions[position]);
        }
    }

    public TurnOutcome Run(DateTime now, IReadOnlyList<Entry> entries) => RunTurn(now, entries, replaying: false);

    /// <summary>No turn follows.</summary>
    public void Unload() => (_code as IUnloadable)?.Unload();

    TurnOutcome RunTurn(DateTime now, IReadOnlyList<Entry> entries, bool replaying)
    {
        _context.BeginTurn(now, replaying);
        SynchronizationContext? before = SynchronizationContext.Current;
        _turnThread = Environment.CurrentManagedThreadId;
        SynchronizationContext.SetSynchronizationContext(_synchronization);
        try
        {
            foreach (Entry entry in entries)
            {
                if (entry.IsInbound)
                {
                    Take(entry);
                    _synchronization.RunPosted();
                }
            }

            Entry? ending = FindEnding();
            _synchronization.RunPosted();
            return CarrySuspensionOver(_context.EndTurn(ending, _suspended, _terminated));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            Volatile.Write(ref _turnThread, 0);
        }
    }

    /// <summary>A continuation begins suspended if its predecessor ended so, and gets the events that waited for the end of it.</summary>
    TurnOutcome CarrySuspensionOver(TurnOutcome outcome) => _suspended && outcome.Ending?.Kind == EntryKind.ContinuedAsNew
        ? outcome with
        {
            CarriedOver =
            [
                new Entry(EntryKind.Suspended),
                .. outcome.CarriedOver,
                .. (_whileSuspended ?? []).Where(e => e.Kind == EntryKind.EventRaised),
            ],
        }
        : outcome;

    void Take(Entry entry)
    {
        if (_suspended && entry.Kind is not (EntryKind.Resumed or EntryKind.Terminated))
        {
            if (entry.Kind != EntryKind.Suspended)
            {
                (_whileSuspended ??= new()).Enqueue(entry);
            }

            return;
        }

        switch (entry.Kind)
        {
            case EntryKind.Started:
                Start();
                break;
            case EntryKind.TaskCompleted or EntryKind.TimerFired:
                _context.CloseTask(entry.Id)?.Complete(entry.Payload, _settings.DataConverter);
                break;
            case EntryKind.TaskFailed:
                _context.CloseTask(entry.Id)?.Fail(entry.Failure!);
                break;
            case EntryKind.EventRaised:
                _context.RaiseEvent(entry);
                break;
            case EntryKind.Suspended:
                _suspended = true;
                break;
            case EntryKind.Resumed:
                _suspended = false;
                while (!_suspended && _whileSuspended?.TryDequeue(out Entry? waiting) == true)
                {
                    Take(waiting);
                }

                break;
            case EntryKind.Terminated:
                _terminated = true;
                break;
            default:
                throw new InvalidDataException($"{entry.Describe()} cannot reach an orchestration.");
        }
    }

    void Start()
    {
        _run = RunCode();
        if (!_run.IsCompleted)
        {
            // Code that ends on a foreign thread was resumed by something that is not durable.
            _ = _run.ContinueWith(
                static (_, self) => ((OrchestrationExecutor)self!).CheckThread(),
                this,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    async Task<object?> RunCode()
    {
        _context.ReadInput(_input, _code.InputType);
        _input = null;
        try
        {
            return await _code.RunAsync(_context, _context.Input);
        }
        finally
        {
            _context.ReleaseLocks();
        }
    }

    /// <summary>Whether the answer is there, and waits only for the end of the suspension.</summary>
    bool IsAnswered(int id) => _whileSuspended?.Any(e =>
        e.Id == id && e.Kind is (EntryKind.TaskCompleted or EntryKind.TaskFailed or EntryKind.TimerFired)) == true;

    void CheckThread()
    {
        if (!IsTurnThread())
        {
            _strayed();
        }
    }

    bool IsTurnThread() => Volatile.Read(ref _turnThread) == Environment.CurrentManagedThreadId;

    /// <summary>How the execution ends with this turn; null when it goes on.</summary>
    Entry? FindEnding()
    {
        if (_terminated)
        {
            _context.ReleaseLocks();
            return null;
        }

        if (_run is null || _context.IsHeldOpen)
        {
            return null;
        }

        if (!_run.IsCompleted)
        {
            if (_suspended || _context.WaitsForSomething)
            {
                return null;
            }

            _context.ReleaseLocks();
            return new Entry(EntryKind.Failed) { Failure = Failures.NotDurable() };
        }

        if (_run.Exception?.InnerException is { } exception)
        {
            return new Entry(EntryKind.Failed) { Failure = Failures.Of(exception, _settings.ExceptionProperties) };
        }

        if (_run.IsCanceled)
        {
            return new Entry(EntryKind.Failed)
            {
                Failure = Failures.Of(new TaskCanceledException(_run), _settings.ExceptionProperties),
            };
        }

        return _context.Continuation ?? Complete(_run.Result);
    }

    Entry Complete(object? output)
    {
        try
        {
            string? payload = _settings.DataConverter.Serialize(output);
            return _settings.PayloadLimit.Refuse(payload, "output of the orchestration") is { } refused
                ? new Entry(EntryKind.Failed) { Failure = Failures.PayloadRefused(refused) }
                : new Entry(EntryKind.Completed) { Payload = payload };
        }
        catch (Exception e)
        {
            // Whatever the converter throws: an output that cannot be stored is a failure of the orchestration.
            return new Entry(EntryKind.Failed) { Failure = Failures.Of(e, _settings.ExceptionProperties) };
        }
    }

    static bool Same(Entry recorded, Entry asked) =>
        recorded.Kind == asked.Kind
        && recorded.Id == asked.Id
        && string.Equals(recorded.Name, asked.Name, StringComparison.OrdinalIgnoreCase)
        && (recorded.Target == asked.Target || recorded.Kind is EntryKind.TaskScheduled);
}
