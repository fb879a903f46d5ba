namespace Microsoft.DurableTask.Client;

/// <summary>Filter for a query of orchestrations.</summary>
/// <param name="CreatedFrom">Earliest time of creation.</param>
/// <param name="CreatedTo">Latest time of creation.</param>
/// <param name="Statuses">Statuses to include; null for all.</param>
/// <param name="TaskHubNames">Task hubs to include; null for the one of the client.</param>
/// <param name="InstanceIdPrefix">What instance IDs begin with.</param>
/// <param name="PageSize">Greatest number of instances on a page.</param>
/// <param name="FetchInputsAndOutputs">Whether to fetch inputs, outputs and custom statuses too.</param>
/// <param name="ContinuationToken">Where to continue a query.</param>
public record OrchestrationQuery(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null,
    IEnumerable<string>? TaskHubNames = null,
    string? InstanceIdPrefix = null,
    int PageSize = OrchestrationQuery.DefaultPageSize,
    bool FetchInputsAndOutputs = false,
    string? ContinuationToken = null)
{
    public const int DefaultPageSize = 100;
}
