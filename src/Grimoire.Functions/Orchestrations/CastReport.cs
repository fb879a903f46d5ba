using Grimoire.Casts;

namespace Grimoire.Functions.Orchestrations;

/// <summary>The custom status of a cast: small, and of use in any monitor of Durable Functions.</summary>
public sealed record CastReport
{
    const int MaxText = 500;

    public required CastStatus State { get; init; }

    public required string Spell { get; init; }

    public int? Version { get; init; }

    /// <summary>"2 of 5": how many steps are done.</summary>
    public required string Steps { get; init; }

    /// <summary>What runs, up to a few.</summary>
    public IReadOnlyList<RunningStep> Running { get; init; } = [];

    public decimal CostUsd { get; init; }

    public string? Error { get; init; }

    public string? Code { get; init; }

    /// <summary>Storage has not taken everything that it should have.</summary>
    public bool? NeedsReconciliation { get; init; }

    /// <summary>What is longer than any report may be is cut.</summary>
    public static string? Short(string? text) => text is { Length: > MaxText } ? text[..MaxText] + "…" : text;
}

/// <param name="Of">Its place in the spell: "3 of 5".</param>
/// <param name="WaitsUntil">It waits for its next attempt, or for its time to come.</param>
public sealed record RunningStep(string Id, string? Name, string Of, int Attempt, DateTimeOffset? WaitsUntil = null);
