namespace Grimoire.Casts;

/// <summary>What a cast has come to, kept beside its journal and handed to whoever waits for it.</summary>
public sealed record CastOutcome
{
    public required CastStatus Status { get; init; }

    public Payload Output { get; init; } = Payload.Nothing;

    public Failure? Failure { get; init; }

    public decimal CostUsd { get; init; }

    /// <summary>Null for casts that ended before this was kept.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
