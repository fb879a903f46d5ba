using System.Collections.Concurrent;
using System.Diagnostics;
using Embedded.DurableTask.Engine.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.DurableTask.Engine.Activities;

/// <summary>Runs activities, a limited number at once. Knows which are under way, so that none is run twice by one process.</summary>
internal sealed class ActivityPool(Dispatcher dispatcher, int limit)
{
    readonly ConcurrentDictionary<(long Execution, int Task), bool> _underWay = new();
    readonly Queue<Work> _waiting = new();
    readonly Lock _gate = new();
    int _running;

    bool IsStopping => dispatcher.IsStopping;

    public int Running => Volatile.Read(ref _running);

    public void Offer(string instanceId, long execution, Entry action)
    {
        if (dispatcher.IsStopping || !_underWay.TryAdd((execution, action.Id), true))
        {
            return;
        }

        var work = new Work(this, instanceId, execution, action);
        lock (_gate)
        {
            if (_running >= limit)
            {
                _waiting.Enqueue(work);
                return;
            }

            _running++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: true);
    }

    /// <summary>The result is stored, or nobody wants it any more.</summary>
    public void Settle(long execution, int task) => _underWay.TryRemove((execution, task), out _);

    void Next()
    {
        Work? next;
        lock (_gate)
        {
            if (dispatcher.IsStopping || !_waiting.TryDequeue(out next))
            {
                _running--;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: true);
    }

    async Task RunAsync(Work work)
    {
        dispatcher.Work.Enter();
        try
        {
            Entry? result = await RunActivityAsync(work).ConfigureAwait(false);
            Next();
            if (result is not null)
            {
                dispatcher.Deliver(new Message(work.InstanceId, result) { Execution = work.Execution }, onThisThread: true);
            }
        }
        finally
        {
            dispatcher.Work.Exit();
        }
    }

    async Task<Entry?> RunActivityAsync(Work work)
    {
        Activity? span = null;
        if (Tracing.IsOn)
        {
            dispatcher.Worker.Guard(() => span = Tracing.StartActivityExecution(work.Action, work.InstanceId));
        }

        Entry? result = await RunCodeAsync(work.Action, work.InstanceId).ConfigureAwait(false);
        if (span is not null)
        {
            dispatcher.Worker.Guard(() => Tracing.EndActivityExecution(span, result));
        }

        return result;
    }

    /// <returns>The result; null when the worker stops and the activity gave up because of it: it is run again at the next start.</returns>
    async Task<Entry?> RunCodeAsync(Entry action, string instanceId)
    {
        Worker worker = dispatcher.Worker;
        try
        {
            await using AsyncServiceScope scope = worker.Services.CreateAsyncScope();
            if (!worker.TryCreateActivity(action.Name!, action.Version, scope.ServiceProvider, out ITaskActivity? activity))
            {
                return Failed(action, Failures.ActivityNotFound(action.Name!, action.Version));
            }

            worker.ActivityLog.ActivityStarted(instanceId, action.Name!);
            object? input = action.Payload is null ? null : worker.Converter.Deserialize(action.Payload, activity.InputType);
            var context = new EmbeddedActivityContext(action, instanceId, dispatcher.Stopping);
            object? output = await activity.RunAsync(context, input).ConfigureAwait(false);
            string? payload = worker.Converter.Serialize(output);
            if (worker.Settings.PayloadLimit.Refuse(payload, $"output of activity '{action.Name}'") is { } refused)
            {
                return Failed(action, Failures.PayloadRefused(refused));
            }

            worker.ActivityLog.ActivityCompleted(instanceId, action.Name!);
            return new Entry(EntryKind.TaskCompleted, action.Id) { Payload = payload };
        }
        catch (OperationCanceledException) when (dispatcher.IsStopping)
        {
            return null;
        }
        catch (Exception e)
        {
            // Whatever an activity throws is its result.
            worker.ActivityLog.ActivityFailed(e, instanceId, action.Name!);
            return Failed(action, Failures.Of(e, worker.Settings.ExceptionProperties));
        }
    }

    static Entry Failed(Entry action, TaskFailureDetails failure) => new(EntryKind.TaskFailed, action.Id) { Failure = failure };

    sealed class Work(ActivityPool pool, string instanceId, long execution, Entry action) : IThreadPoolWorkItem
    {
        public string InstanceId { get; } = instanceId;

        public long Execution { get; } = execution;

        public Entry Action { get; } = action;

        public void Execute()
        {
            if (pool.IsStopping)
            {
                pool.Next();
            }
            else
            {
                _ = pool.RunAsync(this);
            }
        }
    }
}
