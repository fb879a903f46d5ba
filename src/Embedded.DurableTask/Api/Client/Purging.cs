namespace Microsoft.DurableTask.Client;

/// <summary>Filter of the orchestrations to purge. Only those which have ended are purged.</summary>
/// <param name="CreatedFrom">Earliest time of creation.</param>
/// <param name="CreatedTo">Latest time of creation.</param>
/// <param name="Statuses">Statuses to include; null for all.</param>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null)
{
    /// <summary>How long the purge may take; what is left over then is reported by <see cref="PurgeResult.IsComplete"/>.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>Options of a purge.</summary>
/// <param name="Recursive">Whether sub-orchestrations are purged too.</param>
public record PurgeInstanceOptions(bool Recursive = false);

/// <summary>Outcome of a purge.</summary>
public class PurgeResult
{
    public PurgeResult(int count)
    {
        Check.Argument(count >= 0, nameof(count), "The count must not be negative.");
        PurgedInstanceCount = count;
    }

    public PurgeResult(int count, bool? isComplete)
        : this(count)
        => IsComplete = isComplete;

    public int PurgedInstanceCount { get; }

    /// <summary>Whether nothing was left over; null if that is unknown.</summary>
    public bool? IsComplete { get; }
}
