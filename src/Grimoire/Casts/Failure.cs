using System.Text.Json.Nodes;

namespace Grimoire.Casts;

/// <summary>Why something failed: who, in which attempt, doing what, and whether trying again may help.</summary>
public sealed record Failure
{
    /// <summary>Stable, for programs: "http.status", "input.invalid"; listed in docs/failures.md.</summary>
    public required string Code { get; init; }

    /// <summary>For people: one sentence or two.</summary>
    public required string Message { get; init; }

    public required Phase Phase { get; init; }

    /// <summary>Trying again may help.</summary>
    public bool Transient { get; init; }

    public string? Step { get; init; }

    /// <summary>Of a step with forEach: which element, from 0.</summary>
    public int? Item { get; init; }

    /// <summary>From 1; null if it is not known or there was none.</summary>
    public int? Attempt { get; init; }

    public string? Tool { get; init; }

    /// <summary>What a provider asked for.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What else is known: status code, excerpt of the body, the provider's request id, JSON pointers.</summary>
    public JsonObject? Details { get; init; }

    public Failure? Cause { get; init; }

    /// <summary>The same with its place filled in where it had none.</summary>
    public Failure In(string step, int? item = null, int? attempt = null, string? tool = null) =>
        this with { Step = Step ?? step, Item = Item ?? item, Attempt = Attempt ?? attempt, Tool = Tool ?? tool };
}

/// <summary>What was being done when something failed.</summary>
public enum Phase
{
    Validate,
    Bind,
    Execute,
    Store,
    Complete,
}
