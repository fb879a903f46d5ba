using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Tests.Orchestrations.Support;

/// <summary>Feeds a recorded history to an orchestrator, as an engine does that has to rebuild it, and compares all that it asks for.</summary>
sealed class HistoryReplay : TaskOrchestrationContext
{
    readonly RecordedHistory _history;
    readonly Queue<RecordedEvent> _asked = new();
    readonly Dictionary<int, (Action<JsonNode?> Complete, Action<Exception> Fail)> _open = [];
    readonly Dictionary<string, Queue<TaskCompletionSource<JsonNode?>>> _listeners = [];
    readonly Dictionary<string, Queue<JsonNode?>> _unheard = [];
    Task<object?>? _run;
    DateTime _now;
    int _nextId;

    HistoryReplay(RecordedHistory history) => _history = history;

    public override TaskName Name => _history.Orchestration;

    public override string InstanceId => _history.InstanceId;

    public override ParentOrchestrationInstance? Parent => null;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => true;

    protected override ILoggerFactory LoggerFactory => throw new NotSupportedException("Casts do not log.");

    /// <exception cref="ReplayMismatchException">The code asks for something else than it did then.</exception>
    public static async Task CheckAsync<T>(RecordedHistory history, Func<TaskOrchestrationContext, Task<T>> code) =>
        await Task.Run(() => new HistoryReplay(history).Play(async context => await code(context)));

    void Play(Func<TaskOrchestrationContext, Task<object?>> code)
    {
        for (var i = 0; i < _history.Events.Count; i++)
        {
            var e = _history.Events[i];
            switch (e.Kind)
            {
                case EventKind.TurnBegan:
                    _now = e.At;
                    break;
                case EventKind.TurnEnded:
                    if (_asked.TryDequeue(out var more))
                    {
                        throw new ReplayMismatchException(_history, i, "nothing more in this turn", more.ToString());
                    }

                    break;
                case EventKind.Started:
                    _run = code(this);
                    NoteEnd();
                    break;
                case EventKind.Answered when _open.Remove(e.Id!.Value, out var answered):
                    answered.Complete(e.Data);
                    NoteEnd();
                    break;
                case EventKind.Failed when _open.Remove(e.Id!.Value, out var failed):
                    failed.Fail(new TaskFailedException("task", e.Id.Value, new TaskFailureDetails(e.Name!, (string)e.Data!, null, null, null)));
                    NoteEnd();
                    break;
                case EventKind.EventRaised:
                    Raise(e.Name!, e.Data);
                    NoteEnd();
                    break;
                default:
                    Compare(i, e);
                    break;
            }
        }
    }

    void Compare(int index, RecordedEvent recorded)
    {
        if (!recorded.IsAsked)
        {
            // It answers what has been cancelled.
            return;
        }

        var asked = _asked.TryDequeue(out var next) ? next : null;
        if (asked is null || !recorded.IsSameAs(asked))
        {
            throw new ReplayMismatchException(_history, index, recorded.ToString(), asked?.ToString() ?? "nothing more");
        }
    }

    /// <summary>An orchestration has ended when its code has, and nothing that it has asked for is open.</summary>
    void NoteEnd()
    {
        if (_run is not { IsCompleted: true } ended || _open.Count > 0)
        {
            return;
        }

        _run = null;
        _asked.Enqueue(ended.Exception?.InnerException is { } thrown
            ? new RecordedEvent(EventKind.Threw, _now) { Name = thrown.GetType().FullName, Data = thrown.Message }
            : new RecordedEvent(EventKind.Returned, _now) { Data = Json(ended.Result) });
    }

    public override T GetInput<T>() => Read<T>(_history.Events.First(e => e.Kind == EventKind.Started).Data)!;

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null) => RetryAsync(
        () => Ask<TResult>(new RecordedEvent(EventKind.ActivityCalled, _now) { Name = name.Name, Data = Json(input) }), name, options?.Retry?.Policy);

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        Ask<TResult>(new RecordedEvent(EventKind.SubCastCalled, _now)
        {
            Name = orchestratorName.Name,
            Target = ((SubOrchestrationOptions)options!).InstanceId,
            Data = Json(input),
        });

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var id = _nextId;
        var timer = Ask<object?>(new RecordedEvent(EventKind.TimerSet, _now) { FireAt = fireAt });
        cancellationToken.Register(() =>
        {
            if (_open.Remove(id, out var open))
            {
                open.Fail(new OperationCanceledException(cancellationToken));
            }
        });
        return timer;
    }

    public override async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        if (!Of(_unheard, eventName).TryDequeue(out var data))
        {
            var listener = new TaskCompletionSource<JsonNode?>();
            Of(_listeners, eventName).Enqueue(listener);
            data = await listener.Task;
        }

        return Read<T>(data)!;
    }

    public override void SendEvent(string instanceId, string eventName, object payload) =>
        _asked.Enqueue(new RecordedEvent(EventKind.EventSent, _now) { Id = _nextId++, Name = eventName, Target = instanceId, Data = Json(payload) });

    public override void SetCustomStatus(object? customStatus)
    {
        // No part of a history.
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) => throw new NotSupportedException("Casts do not continue as new.");

    public override Guid NewGuid() => throw new NotSupportedException("Casts need no GUIDs.");

    void Raise(string name, JsonNode? data)
    {
        if (Of(_listeners, name).TryDequeue(out var listener))
        {
            listener.SetResult(data);
        }
        else
        {
            Of(_unheard, name).Enqueue(data);
        }
    }

    static Queue<T> Of<T>(Dictionary<string, Queue<T>> queues, string name) => queues.TryGetValue(name, out var queue) ? queue : queues[name] = new();

    Task<T> Ask<T>(RecordedEvent action)
    {
        var source = new TaskCompletionSource<T>();
        var id = _nextId++;
        _open[id] = (data => source.SetResult(Read<T>(data)!), thrown =>
        {
            if (thrown is OperationCanceledException cancelled)
            {
                source.SetCanceled(cancelled.CancellationToken);
            }
            else
            {
                source.SetException(thrown);
            }
        });
        _asked.Enqueue(action with { Id = id });
        return source.Task;
    }

    async Task<T> RetryAsync<T>(Func<Task<T>> call, TaskName name, RetryPolicy? policy)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException) when (attempt < policy?.MaxNumberOfAttempts)
            {
                var pause = Math.Min(policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1), policy.MaxRetryInterval.TotalMilliseconds);
                await CreateTimer(_now.AddMilliseconds(pause), CancellationToken.None);
            }
            catch (TaskFailedException failed)
            {
                throw new TaskFailedException(name.Name, failed.TaskId, failed.FailureDetails);
            }
        }
    }

    static JsonNode? Json(object? value) => JsonSerializer.SerializeToNode(value, DomainJson.Options);

    static T? Read<T>(JsonNode? data) => data is null ? default : data.Deserialize<T>(DomainJson.Options);
}

/// <summary>Code does not do again what a history says that it has done.</summary>
sealed class ReplayMismatchException(RecordedHistory history, int index, string recorded, string asked)
    : Exception($"{history.Construct}: event {index} of '{history.InstanceId}' is\n  {recorded}\nbut the code asks for\n  {asked}");
