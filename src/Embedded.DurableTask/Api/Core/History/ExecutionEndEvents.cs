namespace DurableTask.Core.History;

/// <summary>An orchestration has ended by itself, with success or not.</summary>
public class ExecutionCompletedEvent(
    int eventId, string? result, OrchestrationStatus orchestrationStatus, FailureDetails? failureDetails = null)
    : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.ExecutionCompleted;

    public OrchestrationStatus OrchestrationStatus { get; internal set; } = orchestrationStatus;

    public string? Result { get; internal set; } = result;

    public FailureDetails? FailureDetails { get; internal set; } = failureDetails;
}

/// <summary>An orchestration starts over with a new history.</summary>
#nullable disable annotations // As in the original, so that callers get no other warnings than with it.
public class ContinueAsNewEvent(int eventId, string input)
    : ExecutionCompletedEvent(eventId, input, OrchestrationStatus.ContinuedAsNew)
{
    public override EventType EventType => EventType.ContinueAsNew;
}

/// <summary>An orchestration was terminated.</summary>
public class ExecutionTerminatedEvent(int eventId, string input) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.ExecutionTerminated;

    /// <summary>Output or reason which the client gave.</summary>
    public string Input { get; set; } = input;
}
