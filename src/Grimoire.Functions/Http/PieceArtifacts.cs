using System.Globalization;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Http;

/// <summary>What the casts of pieces have made, with their sub-casts.</summary>
public sealed class PieceArtifacts(CastStore casts, Journal journal)
{
    public async Task<MadeOfPiece> OfAsync(CookManifest cook, PieceView piece, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cook);
        ArgumentNullException.ThrowIfNull(piece);
        if (piece.CastId is null)
        {
            return new MadeOfPiece(piece, []);
        }

        var events = await journal.ReadAllAsync(piece.CastId, cancellation).ConfigureAwait(false);
        if (events.Count == 0 && piece.EndedAt is not null)
        {
            return new MadeOfPiece(piece, []) { IsGone = true };
        }

        // As it was stored for the cast: there is no need to read it.
        var manifest = PieceManifests.Of(cook, piece.Piece, piece.Generation, inputs: [], budgetUsd: null, cook.CreatedAt);
        var made = new List<MadeArtifact>();
        await AddAsync(manifest, events, "", made, cancellation).ConfigureAwait(false);
        return new MadeOfPiece(piece, made);
    }

    /// <summary>Of a cast, and then of the casts of its steps, each in the folder of its step.</summary>
    async Task AddAsync(CastManifest manifest, IReadOnlyList<CastEvent> events, string folder, List<MadeArtifact> made, CancellationToken cancellation)
    {
        made.AddRange(CastView.Of(manifest, events).Artifacts.Select(artifact => new MadeArtifact(artifact, folder)));
        foreach (var begun in events)
        {
            if (begun is not { Type: CastEvents.AttemptStarted, Step: { } id, Attempt: { } number } || manifest.Spell.Steps.FirstOrDefault(step => step.Id == id)?.Spell is null)
            {
                continue;
            }

            var castId = CastIds.Child(new AttemptKey(manifest.CastId, id, begun.Item, number));
            if (await casts.FindAsync(castId, cancellation).ConfigureAwait(false) is { } child)
            {
                var inner = await journal.ReadAllAsync(castId, cancellation).ConfigureAwait(false);
                await AddAsync(child, inner, folder + FolderOf(id, begun.Item, number), made, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>As the artifacts of a step have it in their names.</summary>
    static string FolderOf(string step, int? item, int attempt) =>
        (item is null ? step : string.Create(CultureInfo.InvariantCulture, $"{step}/{item}")) + (attempt == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $".attempt-{attempt}")) + "/";
}

/// <param name="Folder">For what a sub-cast has made: where it belongs, with a slash at the end.</param>
public sealed record MadeArtifact(StoredArtifact Artifact, string Folder);

public sealed record MadeOfPiece(PieceView Piece, IReadOnlyList<MadeArtifact> Artifacts)
{
    /// <summary>The cast has been removed.</summary>
    public bool IsGone { get; init; }
}
