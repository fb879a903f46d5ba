using System.Security.Cryptography;
using System.Text.Json;

namespace Grimoire.Functions.Storage;

/// <summary>Artifacts as files below one folder, each with its content type and metadata in a file beside it.</summary>
sealed class FileArtifacts(string folder) : IArtifactStore
{
    const string DescriptionSuffix = ".meta.json";

    readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;

    public async Task<ArtifactReference> SaveAsync(
        string name, string contentType, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation)
    {
        var path = PathOf(name);
        var reference = new ArtifactReference(name, contentType, content.Length, Convert.ToHexStringLower(SHA256.HashData(content.Span)));
        var description = JsonSerializer.SerializeToUtf8Bytes(new { reference, metadata }, JsonSerializerOptions.Web);

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await WriteAsync(path + DescriptionSuffix, description, cancellation).ConfigureAwait(false);
        await WriteAsync(path, content, cancellation).ConfigureAwait(false);
        return reference;
    }

    public Task<Stream?> OpenAsync(string name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var path = PathOf(name);
        return Task.FromResult<Stream?>(File.Exists(path) ? File.OpenRead(path) : null);
    }

    /// <summary>Whole or not at all: a reader never sees half a file, nor does the next start after a crash.</summary>
    static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await File.WriteAllBytesAsync(unfinished, content, cancellation).ConfigureAwait(false);
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    string PathOf(string name)
    {
        var path = Path.GetFullPath(Path.Combine(_root, name));
        return path.StartsWith(_root, StringComparison.Ordinal)
            ? path
            : throw new ArgumentException($"'{name}' is not a name below the folder of the artifacts.", nameof(name));
    }
}
