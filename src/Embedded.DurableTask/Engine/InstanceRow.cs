using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Engine;

/// <summary>What is stored of an instance beside its history. Times are UTC ticks.</summary>
internal sealed record InstanceRow
{
    const int LongInput = 1_000;

    public required long Key { get; init; }

    public required string Id { get; init; }

    /// <summary>Names this run of the instance: a restart or continue-as-new gets another one.</summary>
    public required long Execution { get; init; }

    public required string Name { get; init; }

    public string Version { get; init; } = string.Empty;

    public required OrchestrationRuntimeStatus Status { get; init; }

    /// <summary>Whether there is work to be taken up again after a restart: a first turn, or an activity without a result.</summary>
    public bool Busy { get; init; }

    public required long Created { get; init; }

    public required long Updated { get; init; }

    public long? StartAt { get; init; }

    public ParentRef? Parent { get; init; }

    /// <summary>W3C traceparent of the span that created the instance.</summary>
    public string? Trace { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    public string? CustomStatus { get; init; }

    public string? Output { get; init; }

    public string? Input { get; init; }

    /// <summary>Set when <see cref="Input"/> was left out to save memory: it is on disk.</summary>
    public bool LacksInput { get; init; }

    /// <summary>The row as an instance in memory keeps it.</summary>
    public InstanceRow WithoutLongInput() => Input is { Length: > LongInput } ? this with { Input = null, LacksInput = true } : this;

    public bool IsTerminal => Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;
}

/// <summary>Which task of which execution waits for a sub-orchestration.</summary>
internal sealed record ParentRef(string Id, string Name, long Execution, int TaskId);
