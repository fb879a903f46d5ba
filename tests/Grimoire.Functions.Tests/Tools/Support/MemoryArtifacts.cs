using System.Security.Cryptography;
using System.Text;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests.Tools.Support;

/// <summary>Artifacts in memory, with a limit, and able to fail.</summary>
sealed class MemoryArtifacts : IArtifactSink
{
    readonly Dictionary<string, byte[]> _contents = [];
    readonly List<StoredArtifact> _stored = [];

    public long MaxBytes { get; init; } = long.MaxValue;

    public bool IsAway { get; init; }

    /// <summary>Called when something comes to be stored, before it is read.</summary>
    public Action Begins { get; init; } = () => { };

    public IReadOnlyList<StoredArtifact> Stored => _stored;

    public byte[] Content(string name) => _contents[name];

    public string Text(string name) => Encoding.UTF8.GetString(_contents[name]);

    public async Task<StoredArtifact> StoreAsync(string name, string contentType, Stream content, CancellationToken cancellation)
    {
        if (IsAway)
        {
            throw new StorageException($"The storage did not take {name}: connection refused.");
        }

        Begins();
        var memory = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
        {
            memory.Write(buffer, 0, read);
            if (memory.Length > MaxBytes)
            {
                throw new ContentTooLargeException(MaxBytes);
            }
        }

        var bytes = memory.ToArray();
        _contents[name] = bytes;
        var artifact = new StoredArtifact(name, contentType, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), "acme-1", "step", 1, $"/artifacts/{name}");
        _stored.Add(artifact);
        return artifact;
    }

    public Task<Stream> OpenAsync(StoredArtifact artifact, CancellationToken cancellation) => Task.FromResult<Stream>(new MemoryStream(_contents[artifact.Artifact]));
}
