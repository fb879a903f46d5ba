namespace DurableTask.Core.History;

/// <summary>One event in the history of an orchestration.</summary>
public abstract class HistoryEvent
{
    internal HistoryEvent()
    {
    }

    protected HistoryEvent(int eventId) => EventId = eventId;

    /// <summary>Number of the action which this event records; -1 for events which record none.</summary>
    public int EventId { get; internal set; }

    /// <summary>Whether the orchestrator has already processed the event.</summary>
    public bool IsPlayed { get; set; }

    /// <summary>When the event occurred. Set by the engine, not on construction.</summary>
    public DateTime Timestamp { get; set; }

    public virtual EventType EventType { get; }
}
