using Grimoire.Functions.Tools;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions;

/// <summary>How long what is stored is kept; settings "Retention:…". Null: for ever.</summary>
public sealed record RetentionOptions
{
    static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>A century: what is kept for longer is kept for ever.</summary>
    static readonly TimeSpan Most = TimeSpan.FromDays(36_500);

    /// <summary>What an account may spend in a month is counted by what it has used.</summary>
    static readonly TimeSpan Month = TimeSpan.FromDays(32);

    /// <summary>Casts that have ended, with all that they have left behind.</summary>
    public TimeSpan? Casts { get; init; }

    /// <summary>Cooks that have ended, with their pieces.</summary>
    public TimeSpan? Cooks { get; init; }

    /// <summary>What casts and pieces have made.</summary>
    public TimeSpan? Artifacts { get; init; }

    /// <summary>What the engine knows of jobs that were polled and of notifications, once their cast has ended.</summary>
    public TimeSpan? Histories { get; init; }

    /// <summary>Letters that nobody has dealt with.</summary>
    public TimeSpan? DeadLetters { get; init; }

    /// <summary>Which cast an Idempotency-Key has started.</summary>
    public TimeSpan? IdempotencyKeys { get; init; }

    /// <summary>What accounts have used, by day.</summary>
    public TimeSpan? Usage { get; init; }

    /// <summary>Between the end of a round and the begin of the next one.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Things that are looked at in one go.</summary>
    public int Batch { get; init; } = 200;

    /// <summary>Something is not kept for ever.</summary>
    public bool IsOn => (Casts ?? Cooks ?? Artifacts ?? Histories ?? DeadLetters ?? IdempotencyKeys ?? Usage) is not null;

    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    internal static RetentionOptions From(IConfiguration configuration) => new()
    {
        Casts = Keep(configuration, "Retention:Casts"),
        Cooks = Keep(configuration, "Retention:Cooks"),
        Artifacts = Keep(configuration, "Retention:Artifacts"),
        Histories = Keep(configuration, "Retention:Histories"),
        DeadLetters = Keep(configuration, "Retention:DeadLetters"),
        IdempotencyKeys = Keep(configuration, "Retention:IdempotencyKeys"),
        Usage = Keep(configuration, "Retention:Usage", Month),
        Interval = Setting.Duration(configuration, "Retention:Interval", TimeSpan.FromHours(1), Least, TimeSpan.FromDays(30)),
        Batch = Setting.Number(configuration, "Retention:Batch", 200, 1, 10_000),
    };

    static TimeSpan? Keep(IConfiguration configuration, string name, TimeSpan? least = null) =>
        Setting.Duration(configuration, name, TimeSpan.Zero, least ?? Least, Most) is { Ticks: > 0 } keep ? keep : null;
}
