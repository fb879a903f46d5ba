namespace DurableTask.Core.History;

/// <summary>A timer was created.</summary>
public class TimerCreatedEvent : HistoryEvent
{
    public TimerCreatedEvent(int eventId, DateTime fireAt)
        : base(eventId)
        => FireAt = fireAt;

    public TimerCreatedEvent(int eventId)
        : base(eventId)
    {
    }

    public override EventType EventType => EventType.TimerCreated;

    public DateTime FireAt { get; set; }
}

/// <summary>A timer has fired.</summary>
public class TimerFiredEvent : HistoryEvent
{
    public TimerFiredEvent(int eventId, DateTime fireAt)
        : base(eventId)
        => FireAt = fireAt;

    public TimerFiredEvent(int eventId)
        : base(eventId)
    {
    }

    public override EventType EventType => EventType.TimerFired;

    /// <summary>ID of the event by which the timer was created.</summary>
    public int TimerId { get; set; }

    public DateTime FireAt { get; set; }
}
