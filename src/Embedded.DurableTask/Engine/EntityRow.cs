namespace Embedded.DurableTask.Engine;

/// <summary>What is stored of an entity. A row without state and without lock is not kept.</summary>
internal sealed record EntityRow(string Id)
{
    public long Modified { get; init; }

    public string? State { get; init; }

    /// <summary>The orchestration that holds the entity's lock.</summary>
    public string? LockedBy { get; init; }

    public long LockedExecution { get; init; }

    /// <summary>Messages that wait; only set by queries.</summary>
    public int Backlog { get; init; }
}
