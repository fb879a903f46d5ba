using System.Collections.Concurrent;
using Embedded.DurableTask.Engine.Activities;
using Embedded.DurableTask.Engine.Entities;
using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Engine.Orchestrations;

namespace Embedded.DurableTask.Engine;

/// <summary>
/// Runs a hub's instances for as long as its worker does: finds the actor for each message, and brings it into memory if need be.
/// </summary>
internal sealed class Dispatcher : IDisposable
{
    readonly ConcurrentDictionary<string, Actor> _actors = new(StringComparer.Ordinal);
    readonly CancellationTokenSource _stopping = new();
    readonly TimeProvider _time;
    readonly TurnWatch _watch;
    volatile bool _stopped;

    public Dispatcher(EmbeddedTaskHub hub, Worker worker, int maxLive, TimeProvider time)
    {
        Hub = hub;
        Worker = worker;
        _time = time;
        Live = new LiveSet(maxLive);
        Timers = new TimerQueue(time, Ring);
        Activities = new ActivityPool(this, worker.MaxActivities);
        EntityGate = new SemaphoreSlim(worker.MaxEntities);
        Turns = new TurnGate(worker.MaxOrchestrations);
        _watch = new TurnWatch(() => _actors.Select(entry => entry.Value).OfType<InstanceActor>(), worker, time);
    }

    public EmbeddedTaskHub Hub { get; }

    public Worker Worker { get; }

    public LiveSet Live { get; }

    public TimerQueue Timers { get; }

    public ActivityPool Activities { get; }

    /// <summary>How many entities may run their code at once.</summary>
    public SemaphoreSlim EntityGate { get; }

    public TurnGate Turns { get; }

    /// <summary>What is being done at the moment; the worker's stop waits for it.</summary>
    public WorkCount Work { get; } = new();

    public long Timestamp => _time.GetTimestamp();

    public DateTime Now => _time.GetUtcNow().UtcDateTime;

    public CancellationToken Stopping => _stopping.Token;

    /// <summary>No new activities are begun.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>Nothing is done any more.</summary>
    public bool IsStopped => _stopped;

    public int LiveInstances => _actors.Count;

    /// <summary>Takes up what was left behind: first turns, activities without result, messages, timers.</summary>
    public (int Busy, int Timers) Recover()
    {
        foreach ((long execution, int task, long due, string instance) in Hub.Read(r => r.ReadTimers().ToList()))
        {
            Timers.Add(new TimerQueue.Alarm(due, instance, execution, task));
        }

        foreach ((string id, _, long startAt) in Hub.Read(r => r.ReadDelayedStarts().ToList()))
        {
            Timers.Add(new TimerQueue.Alarm(startAt, id));
        }

        foreach ((string target, long due) in Hub.Read(r => r.ReadDelayedMessages().ToList()))
        {
            Timers.Add(new TimerQueue.Alarm(due, target));
        }

        IReadOnlyList<string> busy = Hub.Read(r => r.FindBusy());
        foreach (string id in busy)
        {
            Wake(id);
        }

        foreach (string id in Hub.Read(r => r.FindInboxTargets()))
        {
            Wake(id);
        }

        return (busy.Count, Timers.Count);
    }

    /// <summary>An instance whose start has just been stored.</summary>
    public void Begin(InstanceRow row)
    {
        if (row.StartAt > Now.Ticks)
        {
            Timers.Add(new TimerQueue.Alarm(row.StartAt.Value, row.Id));
            return;
        }

        Actor actor;
        do
        {
            actor = Find(row.Id);
            ((InstanceActor)actor).Begin(row);
        }
        while (!actor.Post(null) && !_stopped);
    }

    /// <summary>An instance that was stored in the place of another one of its id, which may still be in memory.</summary>
    public void Succeed(InstanceRow row)
    {
        if (row.StartAt > Now.Ticks)
        {
            Timers.Add(new TimerQueue.Alarm(row.StartAt.Value, row.Id));
        }

        Wake(row.Id);
    }

    public void Deliver(Message message, bool onThisThread = false)
    {
        if (message.Due != 0 && message.Due > Now.Ticks)
        {
            Timers.Add(new TimerQueue.Alarm(message.Due, message.Target));
            return;
        }

        while (!_stopped && !Find(message.Target).Post(message, onThisThread: onThisThread))
        {
        }
    }

    /// <summary>Has an instance or entity look at what is on disk for it.</summary>
    public void Wake(string id)
    {
        while (!_stopped && !Find(id).Post(null, readInbox: true))
        {
        }
    }

    /// <summary>The unfinished instance, if it is in memory.</summary>
    public InstanceRow? FindUnfinished(string id) =>
        _actors.TryGetValue(id, out Actor? actor) ? (actor as InstanceActor)?.Unfinished : null;

    public void Retire(string id, long execution)
    {
        if (_actors.TryGetValue(id, out Actor? actor))
        {
            (actor as InstanceActor)?.Retire(execution);
        }
    }

    /// <summary>What an entity has in memory is no longer what is on disk.</summary>
    public void Outdate(string entity)
    {
        if (_actors.TryGetValue(entity, out Actor? actor))
        {
            (actor as EntityActor)?.Outdate();
        }
    }

    public void Forget(Actor actor)
    {
        _actors.TryRemove(new KeyValuePair<string, Actor>(actor.Id, actor));
        Live.Remove(actor);
    }

    public void After(TimeSpan delay, Actor actor)
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(
            _ =>
            {
                timer?.Dispose();
                if (!_stopped)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(actor, preferLocal: false);
                }
            },
            null,
            delay,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins nothing new, and gives what is under way until <paramref name="patience"/> ends to come to an end.</summary>
    public async Task StopAsync(CancellationToken patience)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Timers.Dispose();
        if (!await Work.WaitUntilNoneAsync(patience).ConfigureAwait(false) && Activities.Running > 0)
        {
            Worker.Log.ActivitiesAbandoned(Activities.Running);
        }

        _stopped = true;
        Live.Clear();
    }

    public void Dispose()
    {
        _stopped = true;
        Timers.Dispose();
        _stopping.Dispose();
        EntityGate.Dispose();
        _watch.Dispose();
    }

    Actor Find(string id) => _actors.GetOrAdd(id, static (id, self) => self.Create(id), this);

    Actor Create(string id) => id.StartsWith('@') && id.IndexOf('@', 1) > 1 ? new EntityActor(this, id) : new InstanceActor(this, id);

    void Ring(TimerQueue.Alarm alarm)
    {
        if (_stopped)
        {
            return;
        }

        if (alarm.Task < 0)
        {
            Wake(alarm.Target);
        }
        else
        {
            Deliver(new Message(alarm.Target, new Entry(EntryKind.TimerFired, alarm.Task) { At = alarm.Due })
            {
                Execution = alarm.Execution,
            });
        }
    }
}
