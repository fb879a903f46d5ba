using DurableTask.Core.Tracing;

namespace DurableTask.Core.History;

/// <summary>An activity was called.</summary>
public class TaskScheduledEvent : HistoryEvent
{
    public TaskScheduledEvent(int eventId, string name, string? version = null, string? input = null)
        : base(eventId)
    {
        Name = name;
        Version = version;
        Input = input;
    }

    public TaskScheduledEvent(int eventId)
        : base(eventId)
    {
    }

    public override EventType EventType => EventType.TaskScheduled;

    public string? Name { get; set; }

    public string? Version { get; set; }

    public string? Input { get; set; }

    public DistributedTraceContext? ParentTraceContext { get; set; }

    public IDictionary<string, string>? Tags { get; set; }
}

/// <summary>An activity has failed.</summary>
public class TaskFailedEvent(
    int eventId, int taskScheduledId, string? reason, string? details, FailureDetails? failureDetails)
    : HistoryEvent(eventId)
{
    public TaskFailedEvent(int eventId, int taskScheduledId, string? reason, string? details)
        : this(eventId, taskScheduledId, reason, details, null)
    {
    }

    public override EventType EventType => EventType.TaskFailed;

    /// <summary>ID of the event by which the activity was called.</summary>
    public int TaskScheduledId { get; internal set; } = taskScheduledId;

    public string? Reason { get; internal set; } = reason;

    public string? Details { get; internal set; } = details;

    public FailureDetails? FailureDetails { get; internal set; } = failureDetails;
}

/// <summary>An activity has completed.</summary>
#nullable disable annotations // As in the original, so that callers get no other warnings than with it.
public class TaskCompletedEvent(int eventId, int taskScheduledId, string result) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.TaskCompleted;

    /// <summary>ID of the event by which the activity was called.</summary>
    public int TaskScheduledId { get; internal set; } = taskScheduledId;

    public string Result { get; internal set; } = result;
}
