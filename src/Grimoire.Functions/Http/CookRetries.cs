using System.Net;
using Grimoire.Cooks;
using Grimoire.Functions.Casting;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Casts pieces of a cook again that have not completed: all of them, or some.</summary>
public sealed class CookRetries(CookViews views, CookStarter starter)
{
    /// <param name="client">The engine's.</param>
    /// <param name="id">Of the cook.</param>
    /// <param name="wanted">Null: all that have not completed.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RefusedException">There is no such cook, it has not ended, or nothing is to be done.</exception>
    public async Task<CookRetried> RetryAsync(DurableTaskClient client, string id, IReadOnlySet<int>? wanted, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var now = await views.GetAsync(client, id, cancellation).ConfigureAwait(false);
        var cookId = now.Cook.Id;
        if (!CastReading.HasEnded(now.Cook.Status))
        {
            throw new Problem(HttpStatusCode.Conflict, "cook.running", $"The cook '{cookId}' has not ended: what has failed of it can be tried again when it has.").Refused();
        }

        int[] pieces = [.. now.Pieces.Where(piece => piece.Status != PieceStatus.Completed && wanted?.Contains(piece.Piece) != false).Select(piece => piece.Piece)];
        if (pieces.Length == 0)
        {
            throw new Problem(
                HttpStatusCode.Conflict, "cook.nothingFailed", wanted is null ? $"All pieces of the cook '{cookId}' have completed." : $"These pieces of the cook '{cookId}' have completed.").Refused();
        }

        // It has told that it has ended, and is just about to.
        await client.WaitForInstanceCompletionAsync(cookId, cancellation).ConfigureAwait(false);
        var generation = now.Cook.Generation + 1;
        return await starter.RetryAsync(client, cookId, generation, pieces, again => Without(now, again), cancellation).ConfigureAwait(false) is { } begun
            ? new CookRetried(cookId, generation, begun)
            : throw new Problem(HttpStatusCode.Conflict, "cook.running", $"The cook '{cookId}' is being tried again already.").Refused();
    }

    /// <summary>How the cook stands without pieces that are cast again.</summary>
    static CookProgress Without(CookNow now, IReadOnlyList<int> again)
    {
        var others = now.Pieces.ExceptBy(again, piece => piece.Piece).ToList();
        return now.Cook.Progress with
        {
            Running = 0,
            Failed = others.Count(piece => piece.Status == PieceStatus.Failed),
            Cancelled = others.Count(piece => piece.Status == PieceStatus.Cancelled),
            EndedAt = null,
        };
    }
}

/// <param name="Pieces">Those that are cast again.</param>
public sealed record CookRetried(string CookId, int Generation, IReadOnlyList<int> Pieces);
