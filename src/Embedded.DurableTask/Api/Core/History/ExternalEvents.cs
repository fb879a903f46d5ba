#nullable disable annotations // As in the original, so that callers get no other warnings than with it.

using DurableTask.Core.Tracing;

namespace DurableTask.Core.History;

/// <summary>An external event has arrived.</summary>
public class EventRaisedEvent(int eventId, string input) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.EventRaised;

    public string Name { get; set; }

    public string Input { get; set; } = input;

    public DistributedTraceContext ParentTraceContext { get; set; }
}

/// <summary>An event was sent to another instance.</summary>
public class EventSentEvent(int eventId) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.EventSent;

    /// <summary>The receiver.</summary>
    public string InstanceId { get; set; }

    public string Name { get; set; }

    public string Input { get; set; }
}

/// <summary>An event with data for which there is no type of its own.</summary>
public class GenericEvent(int eventId, string data) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.GenericEvent;

    public string Data { get; set; } = data;
}
