using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Activities;

/// <summary>Begins the casts of pieces. Each has its own id, always the same: done again, it begins nothing twice.</summary>
public sealed class StartPieces(CookStore cooks, CastStore casts, Journal journal, DeadLetters letters, CastLimits limits, TimeProvider time)
{
    public const string NotStarted = "piece.notStarted";

    [Function(nameof(StartPieces))]
    public async Task<PiecesBegun> RunAsync([ActivityTrigger] PieceBatch batch, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var begun = new List<int>();
        PieceTrouble? trouble = null;
        PieceWait? wait = null;
        var cook = await cooks.GetAsync(batch.CookId, cancellation).ConfigureAwait(false);
        var spent = await limits.OfSpendingAsync(cook.Account, cancellation).ConfigureAwait(false);
        foreach (var piece in await cooks.PiecesAsync(batch.CookId, batch.Generation, batch.From, batch.Count, cancellation).ConfigureAwait(false))
        {
            var (place, refusal) = await EnterAsync(client, cook.Account, CookIds.PieceOf(batch.CookId, piece, batch.Generation), spent, cancellation).ConfigureAwait(false);
            if (place is null)
            {
                wait = new PieceWait(refusal!.Code, refusal.Message);
                break;
            }

            using var held = place;
            trouble = await BeginAsync(client, cook, piece, batch, cancellation).ConfigureAwait(false);
            if (trouble is not null)
            {
                break;
            }

            place.Start();

            begun.Add(piece);
        }

        if (begun.Count > 0)
        {
            var now = time.GetUtcNow();
            await journal.AppendAsync(batch.CookId, begun.Select(piece => CookEvents.OfBegin(piece, batch.Generation, now)), cancellation).ConfigureAwait(false);
        }

        return new PiecesBegun(begun, trouble) { Wait = wait };
    }

    /// <summary>A piece that an earlier delivery has begun is begun, whatever the limits are: its end may have been told already.</summary>
    async Task<(CastPlace? Place, Refusal? Refusal)> EnterAsync(DurableTaskClient client, string account, string castId, Refusal? spent, CancellationToken cancellation)
    {
        var (place, refusal) = spent is null ? await limits.EnterAsync(client, account, castId, cancellation).ConfigureAwait(false) : (null, spent);
        return place is null && await client.GetInstanceAsync(castId, getInputsAndOutputs: false, cancellation).ConfigureAwait(false) is not null
            ? (CastPlace.Anywhere, null)
            : (place, refusal);
    }

    /// <summary>Null if it has begun.</summary>
    async Task<PieceTrouble?> BeginAsync(DurableTaskClient client, CookManifest cook, int piece, PieceBatch batch, CancellationToken cancellation)
    {
        try
        {
            var inputs = await cooks.InputsAsync(cook.CookId, piece, cancellation).ConfigureAwait(false);
            var manifest = PieceManifests.Of(cook, piece, batch.Generation, inputs, batch.BudgetUsd, time.GetUtcNow());
            await casts.CreateAsync(manifest, cancellation).ConfigureAwait(false);
            await CastStarter.ScheduleAsync(client, manifest.CastId, cancellation).ConfigureAwait(false);
            if (batch.Generation > 1)
            {
                await letters.RecastAsync(cook.CookId, piece, batch.Generation, cancellation).ConfigureAwait(false);
            }

            return null;
        }
        catch (StorageException away)
        {
            return new PieceTrouble(piece, new Failure
            {
                Code = NotStarted,
                Message = $"The cast of piece {piece} could not be begun: {away.Message}",
                Phase = Phase.Store,
                Transient = true,
            });
        }
    }
}
