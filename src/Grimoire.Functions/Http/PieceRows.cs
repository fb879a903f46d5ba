using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Grimoire.Cooks;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Http;

/// <summary>The pieces of a cook with their inputs and what they have come to, read one after the other.</summary>
public sealed class PieceRows(CookStore cooks, CastStore casts)
{
    public IAsyncEnumerable<PieceRow> ReadAsync(string cookId, IEnumerable<PieceView> pieces, CancellationToken cancellation) =>
        WithInputsAsync(cookId, pieces, cancellation).SelectAhead(RowAsync, cancellation);

    /// <summary>One by one: many pieces are in one object, which is read once.</summary>
    async IAsyncEnumerable<(PieceView Piece, JsonObject Inputs)> WithInputsAsync(
        string cookId, IEnumerable<PieceView> pieces, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var piece in pieces)
        {
            yield return (piece, await cooks.InputsAsync(cookId, piece.Piece, cancellation).ConfigureAwait(false));
        }
    }

    async Task<PieceRow> RowAsync((PieceView Piece, JsonObject Inputs) read, CancellationToken cancellation)
    {
        var (piece, inputs) = read;
        var row = new PieceRow
        {
            Index = piece.Piece,
            CastId = piece.CastId,
            Status = piece.Status.ToString().ToLowerInvariant(),
            Inputs = inputs,
            CostUsd = piece.CastId is null ? null : piece.CostUsd,
            Error = piece.Code is { } code ? new PieceError(code, piece.Error ?? "") : null,
        };
        if (piece is not { Status: PieceStatus.Completed, CastId: { } castId })
        {
            return row;
        }

        if (await casts.FindResultAsync(castId, cancellation).ConfigureAwait(false) is not { } outcome)
        {
            return row with { Error = new PieceError("cast.gone", "The piece has completed, but its cast has been removed since, and its output with it.") };
        }

        // Past the cache, which is for what casts need that run: here everything is read once.
        return outcome.Output.StoredAs is not { } name ? row with { Output = outcome.Output.Value }
            : await casts.ReadValueAsync(name, cancellation).ConfigureAwait(false) is { } output ? row with { Output = output }
            : row with { Error = new PieceError("output.gone", "The piece has completed, but its output is no longer in the storage.") };
    }
}
