using DurableTask.Core.Tracing;

namespace DurableTask.Core.History;

/// <summary>An orchestration was taken back to the point before its failure.</summary>
public class ExecutionRewoundEvent : HistoryEvent
{
    public ExecutionRewoundEvent(int eventId)
        : base(eventId)
    {
    }

    public ExecutionRewoundEvent(int eventId, string? reason)
        : base(eventId)
        => Reason = reason;

    public override EventType EventType => EventType.ExecutionRewound;

    public string? Reason { get; set; }

    /// <summary>Execution ID of the rewound parent, for a sub-orchestration.</summary>
    public string? ParentExecutionId { get; set; }

    /// <summary>Instance ID of the orchestration, for a sub-orchestration.</summary>
    public string? InstanceId { get; set; }

    public DistributedTraceContext? ParentTraceContext { get; set; }
}

/// <summary>An orchestration was suspended.</summary>
#nullable disable annotations // As in the original, so that callers get no other warnings than with it.
public class ExecutionSuspendedEvent(int eventId, string reason) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.ExecutionSuspended;

    public string Reason { get; set; } = reason;
}

/// <summary>A suspended orchestration was resumed.</summary>
public class ExecutionResumedEvent(int eventId, string reason) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.ExecutionResumed;

    public string Reason { get; set; } = reason;
}
