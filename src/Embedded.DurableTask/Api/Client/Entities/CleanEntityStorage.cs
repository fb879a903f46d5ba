namespace Microsoft.DurableTask.Client.Entities;

/// <summary>What to clean up in the storage of entities.</summary>
public readonly record struct CleanEntityStorageRequest
{
    /// <summary>A request for everything there is.</summary>
    public static CleanEntityStorageRequest Default => new() { RemoveEmptyEntities = true, ReleaseOrphanedLocks = true };

    /// <summary>Whether entities without state, locks and pending operations are removed.</summary>
    public bool RemoveEmptyEntities { get; init; }

    /// <summary>Whether locks of orchestrations which run no more are released.</summary>
    public bool ReleaseOrphanedLocks { get; init; }

    /// <summary>Where to continue an earlier request.</summary>
    public string? ContinuationToken { get; init; }
}

/// <summary>Outcome of a clean-up.</summary>
public readonly record struct CleanEntityStorageResult
{
    public int EmptyEntitiesRemoved { get; init; }

    public int OrphanedLocksReleased { get; init; }

    /// <summary>Where to continue; null if all is done.</summary>
    public string? ContinuationToken { get; init; }
}
