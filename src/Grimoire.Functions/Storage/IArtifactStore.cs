namespace Grimoire.Functions.Storage;

/// <summary>Where artifacts are kept. A name is a path with forward slashes; what is stored under it is not changed afterwards.</summary>
public interface IArtifactStore
{
    /// <summary>Stores <paramref name="content"/>. Storing the same content again is the same as storing it once.</summary>
    /// <exception cref="IOException">The storage is away, or refuses it.</exception>
    Task<ArtifactReference> SaveAsync(
        string name, string contentType, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation);

    /// <summary>The content of an artifact from its beginning, or null if there is none of that name.</summary>
    /// <exception cref="IOException">The storage is away, or refuses it.</exception>
    Task<Stream?> OpenAsync(string name, CancellationToken cancellation);
}

/// <summary>What history and answers hold of an artifact in place of its content.</summary>
/// <param name="Sha256">Of the content, in lower-case hexadecimal digits.</param>
public sealed record ArtifactReference(string Name, string ContentType, long Length, string Sha256);
