using System.Globalization;
using DurableTask.Core;
using DurableTask.Core.History;
using DurableTask.Core.Tracing;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Engine.History;

/// <summary>A stored history as the official events.</summary>
internal static class HistoryView
{
    public static string ExecutionId(long execution) => execution.ToString("x16", CultureInfo.InvariantCulture);

    public static IList<HistoryEvent> Build(InstanceRow row, IReadOnlyList<Turn> turns)
    {
        var events = new List<HistoryEvent>();
        var asked = new Dictionary<int, Entry>();
        foreach (Turn turn in turns)
        {
            events.Add(new OrchestratorStartedEvent(-1) { Timestamp = turn.Now });
            foreach (Entry entry in turn.Entries)
            {
                if (!entry.IsInbound && entry.Id >= 0)
                {
                    asked[entry.Id] = entry;
                }

                HistoryEvent? view = View(row, entry, asked);
                if (view is not null)
                {
                    view.Timestamp = turn.Now;
                    events.Add(view);
                }
            }

            events.Add(new OrchestratorCompletedEvent(-1) { Timestamp = turn.Now });
        }

        if (row.IsTerminal && !events.Exists(e => e is ExecutionCompletedEvent))
        {
            // Terminated from outside, or ended by the engine because it could not go on.
            events.Add(new ExecutionCompletedEvent(-1, row.Output, Status(row.Status), row.Failure?.ToCore())
            {
                Timestamp = new DateTime(row.Updated, DateTimeKind.Utc),
            });
        }

        return events;
    }

    static HistoryEvent? View(InstanceRow row, Entry entry, Dictionary<int, Entry> asked)
    {
        Entry? question = asked.GetValueOrDefault(entry.Id);
        bool isSub = question?.Kind == EntryKind.SubOrchestrationCreated;
        bool isEntity = question?.Kind is EntryKind.EntityCalled or EntryKind.EntitiesLocked;
        return entry.Kind switch
        {
            EntryKind.Started => Started(row),
            EntryKind.TaskScheduled => new TaskScheduledEvent(entry.Id, entry.Name!, entry.Version, entry.Payload)
            {
                Tags = entry.Tags?.ToDictionary(),
            },
            EntryKind.TimerCreated => new TimerCreatedEvent(entry.Id, new DateTime(entry.At, DateTimeKind.Utc)),
            EntryKind.TimerFired => new TimerFiredEvent(-1, new DateTime(entry.At, DateTimeKind.Utc)) { TimerId = entry.Id },
            EntryKind.SubOrchestrationCreated => new SubOrchestrationInstanceCreatedEvent(entry.Id)
            {
                InstanceId = entry.Target!,
                Name = entry.Name!,
                Version = entry.Version!,
                Input = entry.Payload!,
                Tags = entry.Tags?.ToDictionary()!,
            },
            EntryKind.EventSent or EntryKind.EntityCalled or EntryKind.EntitySignaled or EntryKind.EntitiesLocked or EntryKind.EntitiesReleased
                => new EventSentEvent(entry.Id) { InstanceId = entry.Target!, Name = entry.Name!, Input = entry.Payload! },
            EntryKind.EventRaised => new EventRaisedEvent(-1, entry.Payload!) { Name = entry.Name! },
            EntryKind.TaskCompleted when isEntity => new EventRaisedEvent(-1, entry.Payload!) { Name = question!.Name! },
            EntryKind.TaskFailed when isEntity => new EventRaisedEvent(-1, entry.Failure!.ErrorMessage) { Name = question!.Name! },
            EntryKind.TaskCompleted when isSub => new SubOrchestrationInstanceCompletedEvent(-1, entry.Id, entry.Payload!),
            EntryKind.TaskCompleted => new TaskCompletedEvent(-1, entry.Id, entry.Payload!),
            EntryKind.TaskFailed when isSub => new SubOrchestrationInstanceFailedEvent(
                -1, entry.Id, entry.Failure!.ErrorMessage, null, entry.Failure.ToCore()),
            EntryKind.TaskFailed => new TaskFailedEvent(-1, entry.Id, entry.Failure!.ErrorMessage, null, entry.Failure.ToCore()),
            EntryKind.Suspended => new ExecutionSuspendedEvent(-1, entry.Payload!),
            EntryKind.Resumed => new ExecutionResumedEvent(-1, entry.Payload!),
            EntryKind.Terminated => new ExecutionTerminatedEvent(-1, entry.Payload!),
            EntryKind.Completed => new ExecutionCompletedEvent(-1, entry.Payload, OrchestrationStatus.Completed),
            EntryKind.Failed => new ExecutionCompletedEvent(
                -1, entry.Failure!.ErrorMessage, OrchestrationStatus.Failed, entry.Failure.ToCore()),
            EntryKind.ContinuedAsNew => new ContinueAsNewEvent(-1, entry.Payload!),
            _ => null,
        };
    }

    static ExecutionStartedEvent Started(InstanceRow row) => new(-1, row.Input!)
    {
        Name = row.Name,
        Version = row.Version,
        OrchestrationInstance = new OrchestrationInstance { InstanceId = row.Id, ExecutionId = ExecutionId(row.Execution) },
        ParentInstance = row.Parent is not { } parent
            ? null!
            : new ParentInstance
            {
                Name = parent.Name,
                TaskScheduleId = parent.TaskId,
                OrchestrationInstance = new OrchestrationInstance { InstanceId = parent.Id, ExecutionId = ExecutionId(parent.Execution) },
            },
        Tags = row.Tags?.ToDictionary()!,
        ScheduledStartTime = row.StartAt is { } startAt ? new DateTime(startAt, DateTimeKind.Utc) : null,
        ParentTraceContext = row.Trace is null ? null! : new DistributedTraceContext(row.Trace, null),
    };

    static OrchestrationStatus Status(OrchestrationRuntimeStatus status) => (OrchestrationStatus)(int)status;
}
