using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Spells;

/// <summary>What a cast would do, as far as that can be known without calling anything.</summary>
public sealed record DryRunReport
{
    /// <summary>What is wrong with the sample inputs; pointers lead into them.</summary>
    public required IReadOnlyList<Finding> InputErrors { get; init; }

    /// <summary>What would fail when it is bound with these inputs; pointers lead into the document.</summary>
    public required IReadOnlyList<Finding> Errors { get; init; }

    /// <summary>The inputs with their defaults.</summary>
    public required JsonObject Inputs { get; init; }

    public required IReadOnlyList<DryRunStep> Steps { get; init; }

    /// <summary>What the cast comes to, with <see cref="DryRun.Unknown"/> in place of what is not known.</summary>
    public JsonNode? Output { get; init; }

    /// <summary>The expected costs of all steps that run or may run, once each and without retries.</summary>
    public required decimal EstimateUsd { get; init; }

    /// <summary>Every cost in it was known; else it is at least that much.</summary>
    public required bool EstimateIsComplete { get; init; }

    public decimal? BudgetUsd { get; init; }

    public bool ExceedsBudget => EstimateUsd > BudgetUsd;
}

/// <param name="Outcome">Whether it would run.</param>
/// <param name="Input">What would be passed on, with <see cref="DryRun.Unknown"/> in place of what is not known; null if it does not run.
/// With forEach an array of one for each element, of the first ones if there are many.</param>
/// <param name="Items">With forEach: how many elements; null if that is not known.</param>
/// <param name="EstimateUsd">What it is expected to cost; null if nobody says.</param>
public sealed record DryRunStep(string Id, string? Tool, string? Spell, DryRunOutcome Outcome, JsonNode? Input, int? Items, decimal? EstimateUsd);

public enum DryRunOutcome
{
    Runs,
    Skipped,

    /// <summary>That depends on what is not known before it runs.</summary>
    Unknown,

    /// <summary>It runs only in place of a step that has failed.</summary>
    OnFailure,
}
