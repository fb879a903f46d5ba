using Embedded.DurableTask.Engine.History;

namespace Embedded.DurableTask.Engine.Orchestrations;

/// <summary>What an orchestrator asked for in one turn, and how it stands after it.</summary>
internal sealed record TurnOutcome
{
    /// <summary>In the order in which they were asked for; the last one may end the execution.</summary>
    public required IReadOnlyList<Entry> Actions { get; init; }

    /// <summary>Timers that nobody waits for any more.</summary>
    public IReadOnlyList<int> CanceledTimers { get; init; } = [];

    public string? CustomStatus { get; init; }

    public bool IsSuspended { get; init; }

    public bool IsTerminated { get; init; }

    /// <summary>Whether activities are under way: if the process dies, somebody must take them up again.</summary>
    public bool HasOpenActivities { get; init; }

    /// <summary>Events that the execution did not take in and that its continuation is to get.</summary>
    public IReadOnlyList<Entry> CarriedOver { get; init; } = [];

    public Entry? Ending => Actions is [.., { EndsExecution: true } last] ? last : null;
}
