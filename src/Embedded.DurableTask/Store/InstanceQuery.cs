using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Store;

/// <summary>Which instances to list; every member narrows the list, null leaves it as it is.</summary>
internal sealed record InstanceQuery
{
    /// <summary>The id with which the page before ended.</summary>
    public string After { get; init; } = string.Empty;

    public int PageSize { get; init; } = 100;

    public IReadOnlyCollection<OrchestrationRuntimeStatus>? Statuses { get; init; }

    public string? Name { get; init; }

    public string? IdPrefix { get; init; }

    public DateTimeOffset? CreatedFrom { get; init; }

    public DateTimeOffset? CreatedTo { get; init; }

    public DateTimeOffset? UpdatedFrom { get; init; }

    public DateTimeOffset? UpdatedTo { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public bool WithPayloads { get; init; }
}
