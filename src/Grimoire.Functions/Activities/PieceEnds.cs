using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Orchestrations;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Activities;

/// <summary>Tells a cook that one of its pieces has ended. Told twice, it is heard once.</summary>
static class PieceEnds
{
    /// <summary>Whoever ends a cast does so after its outcome is stored, and before it returns: a crash in between lets it be told again.</summary>
    public static async Task TellAsync(DurableTaskClient client, CastManifest manifest, CastOutcome outcome, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (manifest.Cook is { } piece && manifest.Redrive is null)
        {
            await client.RaiseEventAsync(piece.CookId, PieceEnd.EventName, Of(piece, outcome), cancellation).ConfigureAwait(false);
        }
    }

    public static PieceEnd Of(CookPiece piece, CastOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(piece);
        ArgumentNullException.ThrowIfNull(outcome);
        return new PieceEnd(piece.Piece, piece.Generation, outcome.Status, outcome.CostUsd)
        {
            Code = outcome.Failure?.Code,
            Message = outcome.Failure is { } why ? CastReport.Sentence(Failures.Sentence(why)) : null,
        };
    }
}
