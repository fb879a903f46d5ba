namespace Grimoire.Functions.Storage;

/// <summary>
/// Where everything that a cast leaves behind is kept: Blob storage, or a folder. A name is a path with forward slashes; docs/storage.md has the layout.
/// </summary>
/// <remarks>
/// Each operation is tried again with exponential backoff while the storage is away. What still fails then is a <see cref="StorageException"/>
/// that says which object, doing what, and why. What no store would take (<see cref="StoreArguments"/>: a name that leads out of the store,
/// half a line of a log) is an <see cref="ArgumentException"/>. A name is an object, a log or a stream for good: one kind is not read as another.
/// </remarks>
public interface IObjectStore
{
    /// <summary>Stores <paramref name="content"/> under a name that is free: a claim, decided by the storage when two try at once.</summary>
    /// <remarks>
    /// If the answer to a try was lost, an object with the very same content is taken for what that try stored. So a claim
    /// names its claimer: content that two callers could both write does not tell them apart.
    /// </remarks>
    /// <returns>The version, or null if there is an object of that name already.</returns>
    Task<string?> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>Puts <paramref name="content"/> in the place of the version that was read.</summary>
    /// <returns>The new version, or null if the object has changed since, or is gone.</returns>
    Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> content, string version, CancellationToken cancellation);

    /// <summary>The whole object and its version, or null if there is none.</summary>
    Task<StoredObject?> ReadAsync(string name, CancellationToken cancellation);

    /// <summary>
    /// Adds <paramref name="content"/>, one line or several, each ended by a line feed, at the end of a log, which begins with the first addition.
    /// Additions at once come one after the other, each whole. One whose answer was lost is added again: readers know events by their id.
    /// </summary>
    /// <param name="name">Of the log.</param>
    /// <param name="content">Whole lines.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="begin">False: a log that is not there is left so, for it may have been deleted.</param>
    /// <returns>False if there is no log, and none was to begin.</returns>
    Task<bool> AppendAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation, bool begin = true);

    /// <summary>What a log has from <paramref name="offset"/> on: whole lines; empty if it has no more, or does not exist.</summary>
    Task<ReadOnlyMemory<byte>> ReadLogAsync(string name, long offset, CancellationToken cancellation);

    /// <summary>Names that begin with <paramref name="prefix"/> and come after <paramref name="after"/>, in ordinal order; of all three kinds.</summary>
    IAsyncEnumerable<string> ListAsync(string prefix, string? after, CancellationToken cancellation);

    /// <summary>Removes the object, if there is one.</summary>
    Task DeleteAsync(string name, CancellationToken cancellation);

    /// <summary>Stores a stream as it comes, whole or not at all; what is there under that name is replaced. Not begun again when it fails: a stream is read once.</summary>
    /// <exception cref="ContentTooLargeException">There is more than <paramref name="maxBytes"/>.</exception>
    Task<StreamInfo> UploadAsync(string name, Stream content, string contentType, IReadOnlyDictionary<string, string> metadata, long maxBytes, CancellationToken cancellation);

    /// <summary>What is known of a stored stream, or null if there is none.</summary>
    Task<StreamInfo?> InspectAsync(string name, CancellationToken cancellation);

    /// <summary>
    /// A stored stream from <paramref name="offset"/>, <paramref name="length"/> bytes of it or all, or null if there is none.
    /// What lies beyond its end is empty. A download that has begun is not disturbed by an upload of the same name.
    /// </summary>
    Task<Stream?> DownloadAsync(string name, long offset, long? length, CancellationToken cancellation);

    /// <summary>Whether the storage answers and lets us write: for start-up and health.</summary>
    /// <exception cref="StorageException">It does not.</exception>
    Task CheckAsync(CancellationToken cancellation);
}

/// <param name="Version">For <see cref="IObjectStore.ReplaceAsync"/>.</param>
public sealed record StoredObject(ReadOnlyMemory<byte> Content, string Version);

/// <param name="Sha256">Of the content, in lower-case hexadecimal digits.</param>
public sealed record StreamInfo(string ContentType, long Bytes, string Sha256, IReadOnlyDictionary<string, string> Metadata, string Version);

/// <summary>The storage is away or refuses, and has been for as long as we try.</summary>
public sealed class StorageException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>There was more content than may be stored.</summary>
public sealed class ContentTooLargeException(long maxBytes) : Exception($"There are more than {maxBytes} bytes.")
{
    public long MaxBytes { get; } = maxBytes;
}
