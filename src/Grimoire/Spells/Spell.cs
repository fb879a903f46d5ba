using System.Text.Json.Nodes;

namespace Grimoire.Spells;

/// <summary>A pipeline of steps: what a document of docs/spells.md says, read and checked.</summary>
public sealed record Spell
{
    public required string Slug { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>JSON Schema of the inputs of a cast; null: whatever is given is taken.</summary>
    public JsonObject? Inputs { get; init; }

    public required IReadOnlyList<Step> Steps { get; init; }

    public StepOrder Order { get; init; }

    /// <summary>A template: what the cast comes to. Null: the output of its last step.</summary>
    public JsonNode? Output { get; init; }

    public decimal? BudgetUsd { get; init; }

    /// <summary>How long a cast of it may take in all.</summary>
    public TimeSpan? Timeout { get; init; }
}

public enum StepOrder
{
    /// <summary>One after the other, as written.</summary>
    Sequence,

    /// <summary>Each as soon as every step that it references or needs has ended.</summary>
    Graph,
}
