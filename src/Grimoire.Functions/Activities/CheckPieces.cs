using Grimoire.Cooks;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Activities;

/// <summary>Which of these pieces have ended, by what their casts have left behind.</summary>
public sealed class CheckPieces(CastStore casts)
{
    [Function(nameof(CheckPieces))]
    public async Task<IReadOnlyList<PieceEnd>> RunAsync([ActivityTrigger] PieceQuestion question, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(question);
        var ends = new List<PieceEnd>();
        foreach (var piece in question.Pieces)
        {
            var castId = CookIds.PieceOf(question.CookId, piece, question.Generation);
            if (await casts.FindResultAsync(castId, cancellation).ConfigureAwait(false) is { } outcome)
            {
                ends.Add(PieceEnds.Of(new CookPiece(question.CookId, piece, question.Generation), outcome));
            }
        }

        return ends;
    }
}
