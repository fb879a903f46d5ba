#nullable disable annotations // As in the original, so that callers get no other warnings than with it.

using DurableTask.Core.Tracing;

namespace DurableTask.Core.History;

/// <summary>An orchestration was started.</summary>
public class ExecutionStartedEvent : HistoryEvent
{
    public ExecutionStartedEvent(int eventId, string input)
        : base(eventId)
        => Input = input;

    public override EventType EventType => EventType.ExecutionStarted;

    public OrchestrationInstance OrchestrationInstance { get; set; }

    /// <summary>The caller; null unless this is a sub-orchestration.</summary>
    public ParentInstance ParentInstance { get; set; }

    public string Name { get; set; }

    public string Version { get; set; }

    public string Input { get; set; }

    public IDictionary<string, string> Tags { get; set; }

    /// <summary>Not used.</summary>
    public string Correlation { get; set; }

    public DistributedTraceContext ParentTraceContext { get; set; }

    /// <summary>When the orchestration is to begin; null for at once.</summary>
    public DateTime? ScheduledStartTime { get; set; }

    /// <summary>Counts how often the orchestration has continued as new.</summary>
    public int? Generation { get; set; }

    public bool GenerateNewTrace { get; set; }
}
