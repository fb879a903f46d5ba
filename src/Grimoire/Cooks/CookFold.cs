using Grimoire.Casts;

namespace Grimoire.Cooks;

/// <summary>Adds up the journal of a cook, as it grows. What it has come to is never changed afterwards: who has got it may keep it.</summary>
/// <param name="manifest">What the cook started from.</param>
public sealed class CookFold(CookManifest manifest)
{
    readonly HashSet<string> _seen = [];
    CookNumbers _numbers = new(
        new CookView
        {
            Id = manifest.CookId,
            Account = manifest.Account,
            Settings = manifest.Settings,
            Spell = manifest.Spell.Slug,
            SpellVersion = manifest.SpellVersion,
            Progress = CookProgress.Of(manifest.Pieces),
            CreatedAt = manifest.CreatedAt,
        },
        [.. Enumerable.Range(0, manifest.Pieces).Select(piece => new PieceView(piece))],
        Casts: 0,
        CostUsd: 0);

    public CookView Cook => _numbers.Cook;

    public IReadOnlyList<PieceView> Pieces => _numbers.Pieces;

    /// <summary>What has happened next, in order. An event that was there before changes nothing.</summary>
    public void Add(IEnumerable<CastEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        CastEvent[] added = [.. events.Where(e => _seen.Add(e.Id))];
        if (added.Length == 0)
        {
            return;
        }

        var (cook, _, casts, costUsd) = _numbers;
        PieceView[] pieces = [.. _numbers.Pieces];
        foreach (var e in added)
        {
            if (e is { Type: CookEvents.PieceStarted or CookEvents.PieceEnded, Item: { } piece, Attempt: { } generation } && piece >= 0 && piece < pieces.Length)
            {
                if (e.Type == CookEvents.PieceEnded)
                {
                    (casts, costUsd) = (casts + 1, costUsd + (e.Data?["costUsd"]?.GetValue<decimal>() ?? 0));
                }

                pieces[piece] = pieces[piece].After(e, CookIds.PieceOf(manifest.CookId, piece, generation));
            }
            else
            {
                cook = cook.After(e);
            }
        }

        _numbers = new CookNumbers(cook with { Progress = cook.Counted(pieces, casts, costUsd), Hold = cook.EndedAt is null ? cook.Hold : null }, pieces, casts, costUsd);
    }

    /// <param name="Casts">That have ended.</param>
    sealed record CookNumbers(CookView Cook, PieceView[] Pieces, int Casts, decimal CostUsd);
}
