using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Activities;

/// <summary>A piece could not be begun for as long as it was tried: it has failed, and there is no cast that could say so.</summary>
public sealed class LosePiece(CookStore cooks, DeadLetters letters, Journal journal, TimeProvider time)
{
    [Function(nameof(LosePiece))]
    public async Task<bool> RunAsync([ActivityTrigger] LostPiece lost, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(lost);
        var cook = await cooks.GetAsync(lost.CookId, cancellation).ConfigureAwait(false);
        var letter = DeadLetter.Of(cook, lost.End.Piece, lost.End.Generation, lost.Failure, time.GetUtcNow());
        await letters.WriteAsync(letter, cancellation).ConfigureAwait(false);
        await journal.AppendAsync(lost.CookId, [CookEvents.OfEnd(lost.End, letter.FailedAt)], cancellation).ConfigureAwait(false);
        return true;
    }
}
