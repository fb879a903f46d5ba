using System.Globalization;
using Embedded.DurableTask.Engine.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Engine.Orchestrations;

/// <summary>What an orchestrator's code sees: turns calls into actions with sequence numbers, and keeps who waits for them.</summary>
internal sealed class EmbeddedOrchestrationContext : TaskOrchestrationContext
{
    /// <summary>The official limit: 16 KB of UTF-16 text.</summary>
    const int MaxCustomStatusChars = 8 * 1024;

    readonly InstanceRow _row;
    readonly OrchestratorSettings _settings;
    readonly Func<bool> _isTurnThread;
    readonly Action _strayed;
    readonly EventWaiters _events;
    readonly Dictionary<int, OpenTask> _open = [];
    List<Entry> _actions = [];
    List<int>? _canceledTimers;
    EntityFeature? _entities;
    DateTime _now;
    string? _customStatus;
    bool _replaying;
    bool _carriesEventsOver;
    List<Entry>? _late;
    int _nextId;
    int _nextGuid;
    int _holdingOpen;
    int _openActivities;

    public EmbeddedOrchestrationContext(InstanceRow row, OrchestratorSettings settings, Func<bool> isTurnThread, Action strayed)
    {
        _row = row;
        _settings = settings;
        _isTurnThread = isTurnThread;
        _strayed = strayed;
        _customStatus = row.CustomStatus;
        _events = new EventWaiters(settings.DataConverter, MayCancel);
        Parent = row.Parent is { } parent ? new ParentOrchestrationInstance(parent.Name, parent.Id) : null;
    }

    public override TaskName Name => _row.Name;

    public override string InstanceId => _row.Id;

    public override string Version => _row.Version;

    public override ParentOrchestrationInstance? Parent { get; }

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => _replaying;

    public override TaskOrchestrationEntityFeature Entities => _settings.EntitiesEnabled
        ? _entities ??= new EntityFeature(this)
        : throw new NotSupportedException("Durable entities are disabled because DurableTaskWorkerOptions.EnableEntitySupport=false");

    protected override ILoggerFactory LoggerFactory => _settings.LoggerFactory;

    internal object? Input { get; private set; }

    internal IEnumerable<OpenTask> OpenTasks => _open.Values;

    /// <summary>Whether a task is under way that must end before the orchestration can.</summary>
    internal bool IsHeldOpen => _holdingOpen > 0;

    internal bool WaitsForSomething => _open.Count > 0 || _events.Waiting > 0;

    /// <summary>Set once the code has asked to continue as new.</summary>
    internal Entry? Continuation { get; private set; }

    internal void BeginTurn(DateTime now, bool replaying) => (_now, _replaying) = (now, replaying);

    internal TurnOutcome EndTurn(Entry? ending, bool suspended, bool terminated)
    {
        if (ending is not null)
        {
            _actions.Add(ending);
        }

        // What was asked for before the suspension in the same turn goes out when the instance is resumed.
        bool withhold = suspended && ending is null && !terminated;
        List<Entry> actions = withhold ? [] : _actions;
        if (!withhold)
        {
            _actions = [];
        }

        var outcome = new TurnOutcome
        {
            Actions = actions,
            CanceledTimers = _canceledTimers ?? [],
            CustomStatus = _customStatus,
            IsSuspended = suspended,
            IsTerminated = terminated,
            HasOpenActivities = _openActivities > 0,
            CarriedOver = ending?.Kind == EntryKind.ContinuedAsNew
                ? [.. _carriesEventsOver ? _events.TakeBuffered().Select(e => new Entry(EntryKind.EventRaised) { Name = e.Name, Payload = e.Payload }) : [], .. _late ?? []]
                : [],
        };

        // A timer may have been asked for and cancelled right before a suspension: its cancellation goes out with it.
        _canceledTimers = withhold ? _canceledTimers : null;
        return outcome;
    }

    internal void ReadInput(string? payload, Type type) => Input = payload is null ? null : _settings.DataConverter.Deserialize(payload, type);

    internal OpenTask? FindOpenTask(int id) => _open.GetValueOrDefault(id);

    /// <summary>Whether the task was asked for right before a suspension, and goes out at its end.</summary>
    internal bool IsWithheld(int id) => _actions.Exists(action => action.Id == id);

    internal OpenTask? CloseTask(int id)
    {
        if (!_open.Remove(id, out OpenTask? task))
        {
            return null;
        }

        if (task.HoldsOpen)
        {
            _holdingOpen--;
        }

        if (task.Action.Kind == EntryKind.TaskScheduled)
        {
            _openActivities--;
        }

        return task;
    }

    /// <summary>What comes with the very turn that continues as new is for the next execution: nobody takes what a wait of this one is given any more.</summary>
    internal void RaiseEvent(Entry entry)
    {
        if (Continuation is null)
        {
            _events.Raise(entry.Name!, entry.Payload);
        }
        else
        {
            (_late ??= []).Add(new Entry(EntryKind.EventRaised) { Name = entry.Name, Payload = entry.Payload });
        }
    }

    internal void ReleaseLocks() => _entities?.Release();

    internal void Ask(Entry action) => _actions.Add(action with { Id = NextId() });

    internal Task<T> AskFor<T>(Entry action, bool ignoresResult = false)
    {
        CheckThread();
        int id = NextId();
        action = action with { Id = id, Trace = _row.Trace is null ? null : Tracing.ChildTrace(_row, id) };
        _actions.Add(action);
        var task = new OpenTask<T>(action, _now, ignoresResult);
        _open.Add(action.Id, task);
        if (task.HoldsOpen)
        {
            _holdingOpen++;
        }

        if (action.Kind == EntryKind.TaskScheduled)
        {
            _openActivities++;
        }

        return task.Task;
    }

    internal void CheckThread()
    {
        if (!_isTurnThread())
        {
            throw new InvalidOperationException(
                "An orchestrator may call its context only from its own thread. " + Failures.NotDurable().ErrorMessage);
        }
    }

    internal string? Serialize(object? value, string what, string parameter)
    {
        string? payload = _settings.DataConverter.Serialize(value);
        _settings.PayloadLimit.Check(payload, what, parameter);
        return payload;
    }

    public override T? GetInput<T>()
        where T : default => Input switch
        {
            T typed => typed,
            null => default,
            _ => _settings.DataConverter.Deserialize<T>(_settings.DataConverter.Serialize(Input)),
        };

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallActivity<TResult>(name, input, options, ignoresResult: false);

    public override Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallActivity<object?>(name, input, options, ignoresResult: true);

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallSubOrchestrator<TResult>(orchestratorName, input, options, ignoresResult: false);

    public override Task CallSubOrchestratorAsync(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallSubOrchestrator<object?>(orchestratorName, input, options, ignoresResult: true);

    Task<T> CallActivity<T>(TaskName name, object? input, TaskOptions? options, bool ignoresResult)
    {
        Check.NotDefault(name);
        CheckOptionsAreNotTheInput(input, options);
        var action = new Entry(EntryKind.TaskScheduled)
        {
            Name = name.Name,
            Version = options?.Version is { } version ? version.Version : _row.Version,
            Payload = Serialize(input, $"input of activity '{name}'", nameof(input)),
            Tags = options?.Tags is { Count: > 0 } tags ? new Dictionary<string, string>(tags) : null,
        };
        return options?.Retry is { } retry
            ? TaskRetries.RunAsync(this, name, retry, () => AskFor<T>(action, ignoresResult))
            : AskFor<T>(action, ignoresResult);
    }

    Task<T> CallSubOrchestrator<T>(TaskName name, object? input, TaskOptions? options, bool ignoresResult)
    {
        Check.NotDefault(name);
        CheckOptionsAreNotTheInput(input, options);
        string instanceId = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        Check.NotEntity(_settings.EntitiesEnabled, instanceId);
        _entities?.CheckSubOrchestration();
        var action = new Entry(EntryKind.SubOrchestrationCreated)
        {
            Name = name.Name,
            Version = options?.Version is { } version ? version.Version : _settings.DefaultVersion,
            Target = instanceId,
            Payload = Serialize(input, $"input of sub-orchestration '{name}'", nameof(input)),
            Tags = options?.Tags is { Count: > 0 } tags ? new Dictionary<string, string>(tags) : null,
        };
        return options?.Retry is { } retry
            ? TaskRetries.RunAsync(this, name, retry, () => AskFor<T>(action, ignoresResult))
            : AskFor<T>(action, ignoresResult);
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        CheckThread();
        DateTime due = fireAt.ToUniversalTime();
        return due - _now > _settings.MaximumTimerInterval
            ? CreateLongTimer(due, cancellationToken)
            : CreateShortTimer(due, cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        Check.NotNullOrEmpty(eventName);
        CheckThread();
        return _events.Wait<T>(eventName, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        Check.NotNullOrEmpty(instanceId);
        Check.NotNullOrEmpty(eventName);
        Check.NotEntity(_settings.EntitiesEnabled, instanceId);
        CheckThread();
        Ask(new Entry(EntryKind.EventSent)
        {
            Target = instanceId,
            Name = eventName,
            Payload = Serialize(payload, $"payload of event '{eventName}'", nameof(payload)),
        });
    }

    public override void SetCustomStatus(object? customStatus)
    {
        CheckThread();
        string? serialized = _settings.DataConverter.Serialize(customStatus);
        if (serialized?.Length > MaxCustomStatusChars)
        {
            throw new ArgumentException(
                $"The custom status has {serialized.Length * 2:N0} bytes of UTF-16 text when serialized; the limit is {MaxCustomStatusChars * 2:N0}.",
                nameof(customStatus));
        }

        _customStatus = serialized;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        Check.NotNull(options);
        CheckThread();
        Continuation = new Entry(EntryKind.ContinuedAsNew)
        {
            Payload = Serialize(options.NewInput, "new input of the orchestration", nameof(options)),
            Version = string.IsNullOrWhiteSpace(options.NewVersion) ? null : options.NewVersion,
        };
        _carriesEventsOver = options.PreserveUnprocessedEvents;
    }

    public override Guid NewGuid() => DeterministicGuid.Create(string.Create(
        CultureInfo.InvariantCulture, $"{InstanceId}_{_now:o}_{_nextGuid++}"));

    Task<object?> CreateShortTimer(DateTime due, CancellationToken cancellation)
    {
        Task<object?> timer = AskFor<object?>(new Entry(EntryKind.TimerCreated) { At = due.Ticks }, ignoresResult: true);
        if (cancellation.CanBeCanceled)
        {
            int id = _nextId - 1;
            CancellationTokenRegistration registration = cancellation.Register(() => CancelTimer(id, cancellation));
            if (!timer.IsCompleted)
            {
                _ = timer.ContinueWith(
                    static (_, r) => ((CancellationTokenRegistration)r!).Dispose(),
                    registration,
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
            }
        }

        return timer;
    }

    async Task CreateLongTimer(DateTime due, CancellationToken cancellation)
    {
        while (due - _now > _settings.MaximumTimerInterval && !cancellation.IsCancellationRequested)
        {
            await CreateShortTimer(_now + _settings.MaximumTimerInterval, cancellation);
        }

        await CreateShortTimer(due, cancellation);
    }

    void CancelTimer(int id, CancellationToken cancellation)
    {
        if (MayCancel() && CloseTask(id) is { } task)
        {
            (_canceledTimers ??= []).Add(id);
            task.Cancel(cancellation);
        }
    }

    /// <summary>
    /// A token that is cancelled on another thread (by CancelAfter or CancelAsync, say) is not durable. It must not get at the state of
    /// the orchestration, and nobody is there to throw to.
    /// </summary>
    bool MayCancel()
    {
        if (_isTurnThread())
        {
            return true;
        }

        _strayed();
        return false;
    }

    int NextId() => _nextId++;

    static void CheckOptionsAreNotTheInput(object? input, TaskOptions? options)
    {
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException(
                "A TaskOptions value was given as the input, and no options. Was it meant for the parameter 'options'?", nameof(input));
        }
    }
}
