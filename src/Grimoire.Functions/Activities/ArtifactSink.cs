using System.Globalization;
using System.Text;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Activities;

/// <summary>Stores what one attempt makes, under names that no other attempt of the cast uses.</summary>
sealed class ArtifactSink(IObjectStore objects, AttemptKey attempt, string tool, long maxBytes) : IArtifactSink
{
    const int MaxName = 160;

    readonly Lock _lock = new();
    readonly List<StoredArtifact> _stored = [];
    readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<StoredArtifact> Stored
    {
        get
        {
            lock (_lock)
            {
                return [.. _stored];
            }
        }
    }

    public async Task<StoredArtifact> StoreAsync(string name, string contentType, Stream content, CancellationToken cancellation)
    {
        var free = Free($"{Folder}/{Safe(name)}");
        var metadata = new Dictionary<string, string>
        {
            ["cast"] = attempt.CastId,
            ["step"] = attempt.Step,
            ["attempt"] = attempt.Number.ToString(CultureInfo.InvariantCulture),
            ["tool"] = tool,
        };
        if (attempt.Item is { } item)
        {
            metadata["item"] = item.ToString(CultureInfo.InvariantCulture);
        }

        var info = await objects
            .UploadAsync(CastObjects.Artifact(attempt.CastId, free), content, contentType, metadata, maxBytes, cancellation)
            .ConfigureAwait(false);
        var artifact = new StoredArtifact(
            free, info.ContentType, info.Bytes, info.Sha256, attempt.CastId, attempt.Step, attempt.Number, $"/api/casts/{attempt.CastId}/artifacts/{free}", attempt.Item);
        lock (_lock)
        {
            _stored.Add(artifact);
        }

        return artifact;
    }

    public async Task<Stream> OpenAsync(StoredArtifact artifact, CancellationToken cancellation)
    {
        // A reference is part of the input, and whoever writes inputs can write any reference.
        if (!CastIds.IsValid(artifact.CastId)
            || CastIds.AccountOf(artifact.CastId) != CastIds.AccountOf(attempt.CastId)
            || artifact.Artifact.Split('/').Any(segment => segment.Length == 0 || Segment(segment) != segment))
        {
            throw Missing(artifact);
        }

        return await objects.DownloadAsync(CastObjects.Artifact(artifact.CastId, artifact.Artifact), 0, null, cancellation).ConfigureAwait(false)
            ?? throw Missing(artifact);
    }

    static ToolFailedException Missing(StoredArtifact artifact) => ToolFailedException.Permanent(
        "artifact.notFound", $"There is no artifact '{artifact.Artifact}' of the cast '{artifact.CastId}' in this account.", phase: Phase.Bind);

    string Folder => attempt switch
    {
        { Item: { } item, Number: 1 } => string.Create(CultureInfo.InvariantCulture, $"{attempt.Step}/{item}"),
        { Item: { } item } => string.Create(CultureInfo.InvariantCulture, $"{attempt.Step}/{item}.attempt-{attempt.Number}"),
        { Number: 1 } => attempt.Step,
        _ => string.Create(CultureInfo.InvariantCulture, $"{attempt.Step}.attempt-{attempt.Number}"),
    };

    /// <summary>Letters, digits, dots, hyphens and underscores; folders stay folders; nothing leads upwards.</summary>
    static string Safe(string name)
    {
        var segments = name.Split('/', '\\').Select(Segment).Where(segment => segment.Length > 0).ToList();
        var safe = segments.Count == 0 ? "artifact" : string.Join('/', segments);
        return safe.Length <= MaxName ? safe : safe[^MaxName..].TrimStart('/', '.');
    }

    static string Segment(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            safe.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_');
        }

        return safe.ToString().Trim('.', ' ');
    }

    string Free(string name)
    {
        lock (_lock)
        {
            var free = name;
            for (var i = 2; !_names.Add(free); i++)
            {
                var dot = name.LastIndexOf('.');
                var stem = dot > name.LastIndexOf('/') + 1 ? dot : name.Length;
                free = string.Create(CultureInfo.InvariantCulture, $"{name[..stem]}-{i}{name[stem..]}");
            }

            return free;
        }
    }
}
