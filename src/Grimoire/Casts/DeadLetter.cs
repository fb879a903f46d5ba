using Grimoire.Cooks;

namespace Grimoire.Casts;

/// <summary>A cast that has failed for good, until somebody has done something about it: what it was, where and why it failed.</summary>
public sealed record DeadLetter
{
    public required string CastId { get; init; }

    public required string Account { get; init; }

    /// <summary>Its slug.</summary>
    public required string Spell { get; init; }

    /// <summary>Null for a spell that came with the request.</summary>
    public int? SpellVersion { get; init; }

    /// <summary>With the step, the attempt, the phase and the code.</summary>
    public required Failure Failure { get; init; }

    public decimal CostUsd { get; init; }

    /// <summary>When the cast was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset FailedAt { get; init; }

    /// <summary>The cook that it is a piece of, or a redrive of a piece.</summary>
    public CookPiece? Cook { get; init; }

    /// <summary>The cast that it did again.</summary>
    public string? RedriveOf { get; init; }

    /// <summary>Of a piece that could not even be begun: there is nothing of the cast but this.</summary>
    public bool? NeverBegun { get; init; }

    public static DeadLetter Of(CastManifest manifest, CastOutcome outcome, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(outcome);
        return new DeadLetter
        {
            CastId = manifest.CastId,
            Account = manifest.Account,
            Spell = manifest.Spell.Slug,
            SpellVersion = manifest.SpellVersion,
            Failure = outcome.Failure ?? new Failure { Code = "cast.failed", Message = "It has failed, and nobody has said why.", Phase = Phase.Execute },
            CostUsd = outcome.CostUsd,
            CreatedAt = manifest.CreatedAt,
            FailedAt = at,
            Cook = manifest.Cook,
            RedriveOf = manifest.Redrive?.CastId,
        };
    }

    /// <summary>Of a piece whose cast could not be begun.</summary>
    public static DeadLetter Of(CookManifest cook, int piece, int generation, Failure failure, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(cook);
        return new DeadLetter
        {
            CastId = CookIds.PieceOf(cook.CookId, piece, generation),
            Account = cook.Account,
            Spell = cook.Spell.Slug,
            SpellVersion = cook.SpellVersion,
            Failure = failure,
            CreatedAt = at,
            FailedAt = at,
            Cook = new CookPiece(cook.CookId, piece, generation),
            NeverBegun = true,
        };
    }
}

/// <summary>Which letters are wanted; null for all.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Slug of the spell.</summary>
    public string? Spell { get; init; }

    public string? Cook { get; init; }

    /// <summary>Of the failure, or of what has caused it.</summary>
    public string? Code { get; init; }

    /// <summary>Where it failed.</summary>
    public string? Step { get; init; }

    /// <summary>Failed then or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Failed then or earlier.</summary>
    public DateTimeOffset? Until { get; init; }

    public bool Passes(DeadLetter letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return (Spell is null || letter.Spell == Spell)
            && (Cook is null || letter.Cook?.CookId == Cook)
            && (Step is null || letter.Failure.Step == Step)
            && (Code is null || Codes(letter.Failure).Contains(Code))
            && !(letter.FailedAt < Since)
            && !(letter.FailedAt > Until);
    }

    static IEnumerable<string> Codes(Failure failure)
    {
        for (var why = failure; why is not null; why = why.Cause)
        {
            yield return why.Code;
        }
    }
}
