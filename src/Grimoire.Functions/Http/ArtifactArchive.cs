using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Http;

/// <summary>Writes what the pieces of a cook have made as a ZIP archive, one file after the other, and at its end a list of all of them.</summary>
public sealed class ArtifactArchive(PieceArtifacts artifacts, CookStore cooks, IObjectStore objects, TimeProvider time)
{
    public const string Manifest = "manifest.jsonl";

    /// <summary>An archive knows no earlier and no later time.</summary>
    static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Latest = new(2107, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <param name="to">Is written once, from its begin to its end.</param>
    /// <param name="cook">Whose.</param>
    /// <param name="pieces">Which of its pieces.</param>
    /// <param name="cancellation">Nobody reads any more.</param>
    public async Task WriteAsync(Stream to, CookNow cook, IEnumerable<PieceView> pieces, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cook);
        var listed = new List<ArchivedPiece>();
        await using var archive = await ZipArchive.CreateAsync(to, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation).ConfigureAwait(false);
        await foreach (var made in pieces.ToAsyncEnumerable().SelectAhead((piece, gone) => artifacts.OfAsync(cook.Manifest, piece, gone), cancellation).ConfigureAwait(false))
        {
            var names = new ArchiveNames($"pieces/{made.Piece.Piece:D6}");
            var files = new List<ArchivedFile>();
            foreach (var (artifact, folder) in made.Artifacts)
            {
                files.Add(await AddAsync(archive, artifact, names.Take(folder + artifact.Artifact), made.Piece.EndedAt ?? cook.Cook.CreatedAt, cancellation).ConfigureAwait(false));
            }

            listed.Add(new ArchivedPiece(made.Piece, files) { Missing = made.IsGone ? MissingFile.Cast : null });
        }

        await ListAsync(archive, cook, listed, cancellation).ConfigureAwait(false);
    }

    async Task<ArchivedFile> AddAsync(ZipArchive archive, StoredArtifact artifact, string path, DateTimeOffset at, CancellationToken cancellation)
    {
        var content = await objects.DownloadAsync(CastObjects.Artifact(artifact.CastId, artifact.Artifact), 0, null, cancellation).ConfigureAwait(false);
        if (content is null)
        {
            return new ArchivedFile(null, artifact) { Missing = MissingFile.Artifact };
        }

        await using (content.ConfigureAwait(false))
        {
            var entry = archive.CreateEntry(path, IsCompressed(artifact.ContentType) ? CompressionLevel.NoCompression : CompressionLevel.Fastest);
            entry.LastWriteTime = Fitting(at);
            var file = await entry.OpenAsync(cancellation).ConfigureAwait(false);
            await using (file.ConfigureAwait(false))
            {
                await content.CopyToAsync(file, cancellation).ConfigureAwait(false);
            }
        }

        return new ArchivedFile(path, artifact);
    }

    /// <summary>The cook first, then its pieces. Their inputs are read again: all at once, they would not fit into memory.</summary>
    async Task ListAsync(ZipArchive archive, CookNow now, List<ArchivedPiece> pieces, CancellationToken cancellation)
    {
        var entry = archive.CreateEntry(Manifest, CompressionLevel.Fastest);
        entry.LastWriteTime = Fitting(time.GetUtcNow());
        var list = await entry.OpenAsync(cancellation).ConfigureAwait(false);
        await using (list.ConfigureAwait(false))
        {
            var files = pieces.SelectMany(piece => piece.Files).ToList();
            var there = files.Where(file => file.Missing is null).ToList();
            var head = new
            {
                CookId = now.Cook.Id,
                now.Cook.Settings.Name,
                now.Cook.Spell,
                Version = now.Cook.SpellVersion,
                now.Cook.Status,
                now.Cook.Generation,
                now.Cook.Progress.CostUsd,
                Pieces = pieces.Count,
                Files = there.Count,
                Bytes = there.Sum(file => file.Artifact.Bytes),
                Missing = files.Count - there.Count,
                WrittenAt = time.GetUtcNow(),
            };
            await WriteLineAsync(list, head, cancellation).ConfigureAwait(false);
            foreach (var piece in pieces)
            {
                var inputs = await cooks.InputsAsync(now.Cook.Id, piece.View.Piece, cancellation).ConfigureAwait(false);
                await WriteLineAsync(list, piece.Line(inputs), cancellation).ConfigureAwait(false);
            }
        }
    }

    static async Task WriteLineAsync(Stream list, object line, CancellationToken cancellation) =>
        await list.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line, DomainJson.Options), (byte)'\n'], cancellation).ConfigureAwait(false);

    /// <summary>It would take time to make it smaller, and come to nothing.</summary>
    static bool IsCompressed(string contentType) => contentType.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "image/svg+xml" or "image/bmp" or "image/tiff" or "audio/wav" or "audio/x-wav" => false,
        "application/zip" or "application/gzip" or "application/x-7z-compressed" or "application/zstd" or "application/pdf" or "font/woff" or "font/woff2" => true,
        var type => type.StartsWith("image/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal) || type.StartsWith("audio/", StringComparison.Ordinal),
    };

    static DateTimeOffset Fitting(DateTimeOffset at) => at < Earliest ? Earliest : at > Latest ? Latest : at.ToUniversalTime();

    /// <param name="Path">In the archive; null if it is not there.</param>
    sealed record ArchivedFile(string? Path, StoredArtifact Artifact)
    {
        public MissingFile? Missing { get; init; }

        public object Line() => new
        {
            Path,
            Artifact.CastId,
            Artifact.Step,
            Artifact.Item,
            Artifact.Attempt,
            Name = Artifact.Artifact,
            Artifact.ContentType,
            Artifact.Bytes,
            Artifact.Sha256,
            Missing,
        };
    }

    sealed record ArchivedPiece(PieceView View, IReadOnlyList<ArchivedFile> Files)
    {
        public MissingFile? Missing { get; init; }

        public object Line(JsonObject inputs) => new
        {
            View.Piece,
            View.CastId,
            View.Status,
            View.Generation,
            View.CostUsd,
            inputs,
            Error = View.Code is { } code ? new PieceError(code, View.Error ?? "") : null,
            Missing,
            Files = Files.Select(file => file.Line()),
        };
    }

    /// <summary>Why something is not in the archive.</summary>
    sealed record MissingFile(string Code, string Message)
    {
        public static MissingFile Artifact { get; } = new("artifact.gone", "The cast has made it, but it is no longer in the storage.");

        public static MissingFile Cast { get; } = new("cast.gone", "The cast of the piece has been removed, and what it had made with it.");
    }
}
