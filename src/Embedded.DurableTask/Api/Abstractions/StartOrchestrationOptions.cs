using System.Collections.Immutable;

namespace Microsoft.DurableTask;

/// <summary>Options for starting an orchestration.</summary>
public record StartOrchestrationOptions
{
    // The parameters are in Pascal case because callers name them as those of the record this once was.
    public StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null)
    {
        this.InstanceId = InstanceId;
        this.StartAt = StartAt;
    }

    /// <summary>Copies all options of another instance.</summary>
    public StartOrchestrationOptions(StartOrchestrationOptions options)
    {
        Check.NotNull(options);
        InstanceId = options.InstanceId;
        StartAt = options.StartAt;
        Tags = options.Tags;
        Version = options.Version;
        DedupeStatuses = options.DedupeStatuses;
    }

    /// <summary>Instance ID of the new orchestration; null for a generated one.</summary>
    public string? InstanceId { get; init; }

    /// <summary>When the orchestration begins to run; null or a time in the past for at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Free key-value pairs stored with the instance.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Version to start. Null means the default version of the client.</summary>
    public TaskVersion? Version { get; init; }

    /// <summary>Names of the statuses in which an existing instance with the same ID makes the start fail.</summary>
    public IReadOnlyList<string>? DedupeStatuses { get; init; }
}
