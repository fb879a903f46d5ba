using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Documents;
using Grimoire.Notifications;
using Grimoire.Spells;

namespace Grimoire.Functions.Casting;

/// <summary>Somebody asks for a cast.</summary>
public sealed record CastRequest
{
    public required string Account { get; init; }

    /// <summary>A spell that came with the request; null for a saved one.</summary>
    public Spell? Spell { get; init; }

    /// <summary>The saved spell.</summary>
    public string? Slug { get; init; }

    /// <summary>Null: its newest version.</summary>
    public int? Version { get; init; }

    public JsonObject Inputs { get; init; } = [];

    /// <summary>What it may cost, if that is less than the spell allows.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary>Who is told how it goes on, beside those who want to be told of all casts of the account.</summary>
    public IReadOnlyList<Subscription> Notify { get; init; } = [];

    public string? IdempotencyKey { get; init; }

    public string? Goal { get; init; }

    /// <summary>For a redrive: the spell, its version, and all that it calls, as they are to be pinned again.</summary>
    public CastManifest? Again { get; init; }

    public RedriveOrigin? Redrive { get; init; }

    /// <summary>The W3C header traceparent of the request: whose trace the cast belongs to.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The header tracestate.</summary>
    public string? TraceState { get; init; }

    /// <summary>Equal for equal requests.</summary>
    public string Fingerprint { get; init; } = "";
}

/// <summary>A cast that has been started, or why none was.</summary>
/// <param name="IsNew">False: a request with the same Idempotency-Key has started it before.</param>
public sealed record CastStarted(string? CastId, bool IsNew, Refusal? Refusal = null);

/// <param name="Code">Stable, for programs; listed in docs/http.md.</param>
/// <param name="Errors">Everything that is wrong with a document.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Message, IReadOnlyList<Finding>? Errors = null)
{
    /// <summary>When it may be worth another try.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

public enum RefusalKind
{
    NotFound,
    Invalid,
    Conflict,

    /// <summary>It is not in a state in which that can be done.</summary>
    State,

    /// <summary>A limit of the account is reached.</summary>
    Limit,
}
