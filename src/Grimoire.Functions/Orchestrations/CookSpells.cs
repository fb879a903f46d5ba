using Grimoire.Casts;
using Grimoire.Cooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>One generation of a cook: casts its pieces, so many at once, until all have ended. However many there are, its history stays short.</summary>
public static class CookSpells
{
    [Function(nameof(CookSpells))]
    public static Task<CookOutcome?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var order = context.GetInput<CookOrder>() ?? throw new InvalidOperationException($"{nameof(CookSpells)} was started without an order.");
        return new CookRun(context, order).RunAsync();
    }
}

/// <summary>What the orchestration of a cook is started with.</summary>
/// <param name="Progress">Of the pieces of earlier generations that are not tried again.</param>
/// <param name="Count">How many pieces this generation has.</param>
public sealed record CookOrder(string CookId, int Generation, int Count, CookProgress Progress)
{
    /// <summary>How far an earlier history has come; null for the first.</summary>
    public CookCourse? Course { get; init; }

    /// <summary>What has happened in it and is not in the journal yet.</summary>
    public IReadOnlyList<CastEvent> News { get; init; } = [];
}

/// <param name="Spell">Its slug.</param>
/// <param name="Name">Of the cook.</param>
public sealed record CookStart(CookPlan Plan, string Spell, string? Name);

/// <summary>Pieces are to begin.</summary>
/// <param name="From">The place of the first among those of the generation.</param>
/// <param name="BudgetUsd">Of each.</param>
public sealed record PieceBatch(string CookId, int Generation, int From, int Count, decimal? BudgetUsd);

/// <param name="Pieces">Those that have begun, in order: the first ones of the batch.</param>
/// <param name="Trouble">Why the next one has not.</param>
public sealed record PiecesBegun(IReadOnlyList<int> Pieces, PieceTrouble? Trouble)
{
    /// <summary>Which limit of the account has kept the next one from beginning.</summary>
    public PieceWait? Wait { get; init; }
}

/// <param name="Code">Of the limit.</param>
/// <param name="Message">For people.</param>
public sealed record PieceWait(string Code, string Message);

public sealed record PieceTrouble(int Piece, Failure Failure);

/// <summary>A piece has ended without ever having begun.</summary>
public sealed record LostPiece(string CookId, PieceEnd End, Failure Failure);

/// <summary>Have these pieces ended, without the cook having heard of it?</summary>
public sealed record PieceQuestion(string CookId, int Generation, IReadOnlyList<int> Pieces);

/// <summary>A generation of a cook is to end so.</summary>
public sealed record CookEnd(string CookId, CookOutcome Outcome);

/// <summary>The custom status of a cook.</summary>
public sealed record CookReport(CastStatus State, string Spell, int Generation, CookProgress Progress)
{
    public string? Name { get; init; }

    public string? Error { get; init; }

    public string? Code { get; init; }

    /// <summary>The limit that keeps pieces from beginning.</summary>
    public string? HeldBy { get; init; }
}
