namespace Microsoft.DurableTask.Worker;

/// <summary>Decides whether a worker runs an orchestration.</summary>
[Obsolete("Experimental")]
public interface IOrchestrationFilter
{
    ValueTask<bool> IsOrchestrationValidAsync(
        OrchestrationFilterParameters info, CancellationToken cancellationToken = default);
}

/// <summary>What a filter gets to know about an orchestration.</summary>
public struct OrchestrationFilterParameters
{
    public string? Name { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}
