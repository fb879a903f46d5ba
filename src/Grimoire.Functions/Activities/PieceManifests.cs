using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Cooks;

namespace Grimoire.Functions.Activities;

/// <summary>What the cast of a piece starts from.</summary>
static class PieceManifests
{
    /// <param name="cook">Whose piece it is.</param>
    /// <param name="piece">Which.</param>
    /// <param name="generation">For the how manyeth time.</param>
    /// <param name="inputs">Of the piece, unchanged.</param>
    /// <param name="budgetUsd">What it may cost, if that is less than its spell allows.</param>
    /// <param name="at">Now.</param>
    public static CastManifest Of(CookManifest cook, int piece, int generation, JsonObject inputs, decimal? budgetUsd, DateTimeOffset at) => new()
    {
        CastId = CookIds.PieceOf(cook.CookId, piece, generation),
        Account = cook.Account,
        Spell = cook.Spell,
        SpellVersion = cook.SpellVersion,
        Spells = cook.Spells,
        Tools = cook.Tools,
        Inputs = inputs,
        CreatedAt = at,
        BudgetUsd = budgetUsd is { } asked && cook.Spell.BudgetUsd is { } allowed ? Math.Min(asked, allowed) : budgetUsd ?? cook.Spell.BudgetUsd,
        Cook = new CookPiece(cook.CookId, piece, generation),
        Notify = cook.Notify,
        Trace = cook.Trace,
    };
}
