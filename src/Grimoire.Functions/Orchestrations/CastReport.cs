using Grimoire.Casts;

namespace Grimoire.Functions.Orchestrations;

/// <summary>The custom status of a cast: small, and of use in any monitor of Durable Functions.</summary>
public sealed record CastReport
{
    // 16 KB of UTF-16 are 8,192 characters, and a character outside of ASCII may be written as six: names of what runs take up to 4,000, a sentence up to 2,400.
    const int MaxName = 60;
    const int MaxSentence = 400;

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

    /// <summary>A name, a code: cut, so that many of them fit.</summary>
    public static string? Name(string? text) => Cut(text, MaxName);

    public static string Sentence(string text) => Cut(text, MaxSentence)!;

    static string? Cut(string? text, int length) => text is null || text.Length <= length
        ? text
        : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + "…";
}

/// <summary>What a step waits for.</summary>
public enum WaitReason
{
    /// <summary>The time that it is to wait for.</summary>
    Time,

    /// <summary>Its next attempt.</summary>
    Retry,

    /// <summary>Its tool, which is left alone for a while.</summary>
    Circuit,

    /// <summary>The end of the job that it has started.</summary>
    Job,

    /// <summary>A person's answer.</summary>
    Approval,
}

/// <param name="Of">Its place in the spell: "3 of 5".</param>
/// <param name="WaitsUntil">Until when it waits; null if it does something.</param>
/// <param name="Since">When it began.</param>
/// <param name="WaitsFor">For what; also null in what was written before this was told.</param>
public sealed record RunningStep(
    string Id, string? Name, string Of, int Attempt, DateTimeOffset? WaitsUntil = null, DateTimeOffset? Since = null, WaitReason? WaitsFor = null);
