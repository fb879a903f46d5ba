namespace DurableTask.Core.History;

/// <summary>A sub-orchestration has failed.</summary>
public class SubOrchestrationInstanceFailedEvent(
    int eventId, int taskScheduledId, string? reason, string? details, FailureDetails? failureDetails)
    : HistoryEvent(eventId)
{
    public SubOrchestrationInstanceFailedEvent(int eventId, int taskScheduledId, string? reason, string? details)
        : this(eventId, taskScheduledId, reason, details, null)
    {
    }

    public override EventType EventType => EventType.SubOrchestrationInstanceFailed;

    /// <summary>ID of the event by which the sub-orchestration was called.</summary>
    public int TaskScheduledId { get; internal set; } = taskScheduledId;

    public string? Reason { get; internal set; } = reason;

    public string? Details { get; internal set; } = details;

    public FailureDetails? FailureDetails { get; internal set; } = failureDetails;
}

/// <summary>A sub-orchestration was called.</summary>
#nullable disable annotations // As in the original, so that callers get no other warnings than with it.
public class SubOrchestrationInstanceCreatedEvent(int eventId) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.SubOrchestrationInstanceCreated;

    public string Name { get; set; }

    public string Version { get; set; }

    public string InstanceId { get; set; }

    public string Input { get; set; }

    public string ClientSpanId { get; set; }

    public IDictionary<string, string> Tags { get; set; }
}

/// <summary>A sub-orchestration has completed.</summary>
public class SubOrchestrationInstanceCompletedEvent(int eventId, int taskScheduledId, string result) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.SubOrchestrationInstanceCompleted;

    /// <summary>ID of the event by which the sub-orchestration was called.</summary>
    public int TaskScheduledId { get; internal set; } = taskScheduledId;

    public string Result { get; internal set; } = result;
}
