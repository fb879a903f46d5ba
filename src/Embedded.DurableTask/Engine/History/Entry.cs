using Microsoft.DurableTask;

namespace Embedded.DurableTask.Engine.History;

/// <summary>What an <see cref="Entry"/> says. The numbers are stored: never renumber.</summary>
internal enum EntryKind : byte
{
    /// <summary>A message whose row cannot be read; the payload says why. Never stored.</summary>
    Unreadable = 0,

    // What reaches an orchestration.
    Started = 1,
    TaskCompleted = 2,
    TaskFailed = 3,
    TimerFired = 4,
    EventRaised = 5,
    Suspended = 6,
    Resumed = 7,
    Terminated = 8,

    // What an orchestration asks for.
    TaskScheduled = 32,
    SubOrchestrationCreated = 33,
    TimerCreated = 34,
    EventSent = 35,
    EntityCalled = 36,
    EntitySignaled = 37,
    EntitiesLocked = 38,
    EntitiesReleased = 39,
    Completed = 48,
    Failed = 49,
    ContinuedAsNew = 50,
}

/// <summary>
/// One line of an instance's history, or one message on its way. Which members are set depends on the kind; <see cref="Id"/> is
/// the sequence number that the orchestrator gave the task which the entry asks for, or answers.
/// </summary>
internal sealed record Entry(EntryKind Kind, int Id = -1)
{
    public string? Name { get; init; }

    public string? Version { get; init; }

    /// <summary>The instance or entity that is addressed; several, as a JSON list, for a lock.</summary>
    public string? Target { get; init; }

    /// <summary>Serialized input, output, event payload or reason.</summary>
    public string? Payload { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    /// <summary>UTC ticks: when a timer fires, when a signal is due.</summary>
    public long At { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>W3C traceparent of the span that stands for the task.</summary>
    public string? Trace { get; init; }

    public bool IsInbound => Kind < EntryKind.TaskScheduled;

    public bool EndsExecution => Kind >= EntryKind.Completed;

    /// <summary>The entry as an error message names it.</summary>
    public string Describe() => Kind switch
    {
        EntryKind.TaskScheduled => $"activity '{Name}' (#{Id})",
        EntryKind.SubOrchestrationCreated => $"sub-orchestration '{Name}' with instance ID '{Target}' (#{Id})",
        EntryKind.TimerCreated => $"timer (#{Id})",
        EntryKind.EventSent => $"event '{Name}' to instance '{Target}' (#{Id})",
        EntryKind.EntityCalled => $"call of operation '{Name}' of entity '{Target}' (#{Id})",
        EntryKind.EntitySignaled => $"signal '{Name}' to entity '{Target}' (#{Id})",
        EntryKind.EntitiesLocked => $"lock of {Target} (#{Id})",
        EntryKind.EntitiesReleased => $"release of {Target} (#{Id})",
        EntryKind.Completed => "completion of the orchestration",
        EntryKind.Failed => "failure of the orchestration",
        EntryKind.ContinuedAsNew => "continue-as-new",
        EntryKind.EventRaised => $"event '{Name}'",
        _ => $"{Kind} (#{Id})",
    };
}
