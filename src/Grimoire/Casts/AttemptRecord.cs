using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Grimoire.Casts;

/// <summary>What is kept of one attempt. It exists before its tool is called; once it has ended it is not changed any more.</summary>
public sealed record AttemptRecord
{
    public required string CastId { get; init; }

    public required string Step { get; init; }

    public int? Item { get; init; }

    /// <summary>From 1.</summary>
    public required int Attempt { get; init; }

    public required string Tool { get; init; }

    public required AttemptStatus Status { get; init; }

    public required string IdempotencyKey { get; init; }

    /// <summary>The worker that runs it, and until when nobody else may take it for dead.</summary>
    public string? Owner { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The job that it waits for.</summary>
    public JobRecord? Job { get; init; }

    /// <summary>Its tool was not called, because it is left alone for a while: whoever asks for the attempt next begins it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsHeld { get; init; }

    /// <summary>What was passed to the tool.</summary>
    public JsonNode? Input { get; init; }

    public JsonNode? Output { get; init; }

    public Failure? Failure { get; init; }

    public decimal CostUsd { get; init; }

    /// <summary>It was given up, and has ended after all: its cost, usage and artifacts are those of that end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsLate { get; init; }

    /// <summary>Since when that is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LateAt { get; init; }

    /// <summary>What it had cost by all that was known when it was given up.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal EarlierCostUsd { get; init; }

    public IReadOnlyList<ModelUsage> Usage { get; init; } = [];

    public IReadOnlyList<StoredArtifact> Artifacts { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>That of its cast.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CastTrace? Trace { get; init; }

    /// <summary>Of a step that casts a spell.</summary>
    [JsonIgnore]
    public bool IsSubCast => Tool.StartsWith("spell:", StringComparison.Ordinal);

    [JsonIgnore]
    public AttemptKey Key => new(CastId, Step, Item, Attempt);
}

public enum AttemptStatus
{
    Running,
    Succeeded,
    Failed,

    /// <summary>Its worker died, and nobody can tell what the tool has done.</summary>
    Lost,

    /// <summary>Nobody waits for it any more.</summary>
    Cancelled,
}
