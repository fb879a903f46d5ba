using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Grimoire.Functions.Storage;

/// <summary>The store in one container of a storage account. The container is made when the first write finds none.</summary>
sealed class BlobObjects(BlobContainerClient container, StorageRetry retry, int blocksPerBlob = BlobObjects.MaxBlocks) : IObjectStore
{
    /// <summary>The limit of Blob storage, of append blobs and block blobs alike.</summary>
    public const int MaxBlocks = 50_000;

    const string CheckName = "~check";

    readonly BlobLog _log = new(container, blocksPerBlob);
    readonly BlobStreams _streams = new(container, retry);

    public Task<string?> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        StoreArguments.Name(name);
        return WriteAsync(name, content, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellation);
    }

    public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> content, string version, CancellationToken cancellation)
    {
        StoreArguments.Name(name);
        return WriteAsync(name, content, new BlobRequestConditions { IfMatch = new ETag(version) }, cancellation);
    }

    public async Task<StoredObject?> ReadAsync(string name, CancellationToken cancellation)
    {
        StoreArguments.Name(name);
        try
        {
            var blob = await container.GetBlobClient(name).DownloadContentAsync(cancellation).ConfigureAwait(false);
            return new StoredObject(blob.Value.Content.ToMemory(), blob.Value.Details.ETag.ToString());
        }
        catch (RequestFailedException failure) when (IsAbsent(failure))
        {
            return null;
        }
    }

    public Task<bool> AppendAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation, bool begin = true)
    {
        StoreArguments.Name(name);
        StoreArguments.Lines(content.Span);
        return _log.AppendAsync(name, content, begin, cancellation);
    }

    public Task<ReadOnlyMemory<byte>> ReadLogAsync(string name, long offset, CancellationToken cancellation)
    {
        StoreArguments.Name(name);
        StoreArguments.Range(offset, null);
        return _log.ReadAsync(name, offset, cancellation);
    }

    /// <summary>Blob storage lists in order, but cannot begin in the middle: what comes before <paramref name="after"/> is paged through, 5,000 names a request.</summary>
    public async IAsyncEnumerable<string> ListAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        StoreArguments.Prefix(prefix);
        var blobs = container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellation).GetAsyncEnumerator(cancellation);
        await using var disposal = blobs.ConfigureAwait(false);
        while (await NextAsync(blobs).ConfigureAwait(false))
        {
            var name = blobs.Current.Name;
            if (name[0] != StoreArguments.Reserved && StoreArguments.PartOfLog(name) is null && (after is null || string.CompareOrdinal(name, after) > 0))
            {
                yield return name;
            }
        }
    }

    public async Task DeleteAsync(string name, CancellationToken cancellation)
    {
        StoreArguments.Name(name);
        try
        {
            // The later blobs of a log first: as long as the first one is there, the log is.
            await _log.DeleteLaterPartsAsync(name, cancellation).ConfigureAwait(false);
            await container.GetBlobClient(name).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellation).ConfigureAwait(false);
        }
        catch (RequestFailedException failure) when (IsAbsent(failure))
        {
        }
    }

    public Task<StreamInfo> UploadAsync(
        string name, Stream content, string contentType, IReadOnlyDictionary<string, string> metadata, long maxBytes, CancellationToken cancellation)
    {
        StoreArguments.Name(name);
        StoreArguments.Description(contentType, metadata);
        return _streams.UploadAsync(name, content, contentType, metadata, maxBytes, cancellation);
    }

    public Task<StreamInfo?> InspectAsync(string name, CancellationToken cancellation)
    {
        StoreArguments.Name(name);
        return _streams.InspectAsync(name, cancellation);
    }

    public Task<Stream?> DownloadAsync(string name, long offset, long? length, CancellationToken cancellation)
    {
        StoreArguments.Name(name);
        StoreArguments.Range(offset, length);
        return _streams.DownloadAsync(name, offset, length, cancellation);
    }

    /// <summary>Writes a blob of its own: to be allowed to read is not enough.</summary>
    public Task CheckAsync(CancellationToken cancellation) => WriteAsync(CheckName, "ok"u8.ToArray(), new BlobRequestConditions(), cancellation);

    public static bool IsAbsent(RequestFailedException failure) =>
        Says(failure, BlobErrorCode.BlobNotFound) || Says(failure, BlobErrorCode.ContainerNotFound);

    /// <summary>An answer that comes from a proxy has no code, which to compare as a code would throw.</summary>
    public static bool Says(RequestFailedException failure, BlobErrorCode code) => string.Equals(failure.ErrorCode, code.ToString(), StringComparison.Ordinal);

    /// <summary>Runs <paramref name="write"/>; if there is no container yet, makes it and runs it again.</summary>
    public static async Task<T> InContainerAsync<T>(BlobContainerClient container, Func<Task<T>> write, CancellationToken cancellation)
    {
        try
        {
            return await write().ConfigureAwait(false);
        }
        catch (RequestFailedException failure) when (Says(failure, BlobErrorCode.ContainerNotFound))
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellation).ConfigureAwait(false);
            return await write().ConfigureAwait(false);
        }
    }

    async Task<string?> WriteAsync(string name, ReadOnlyMemory<byte> content, BlobRequestConditions conditions, CancellationToken cancellation)
    {
        var blob = container.GetBlockBlobClient(name);
        var type = name.EndsWith(".json", StringComparison.Ordinal) ? "application/json" : "application/octet-stream";
        var options = new BlobUploadOptions { Conditions = conditions, HttpHeaders = new BlobHttpHeaders { ContentType = type } };
        var data = BinaryData.FromBytes(content);
        try
        {
            var written = await InContainerAsync(
                container,
                async () =>
                {
                    await using var stream = data.ToStream();
                    return await blob.UploadAsync(stream, options, cancellation).ConfigureAwait(false);
                },
                cancellation).ConfigureAwait(false);
            return written.Value.ETag.ToString();
        }
        catch (RequestFailedException failure) when (
            Says(failure, BlobErrorCode.BlobAlreadyExists) || Says(failure, BlobErrorCode.ConditionNotMet) || Says(failure, BlobErrorCode.BlobNotFound))
        {
            return null;
        }
    }

    static async ValueTask<bool> NextAsync(IAsyncEnumerator<BlobItem> blobs)
    {
        try
        {
            return await blobs.MoveNextAsync().ConfigureAwait(false);
        }
        catch (RequestFailedException failure) when (Says(failure, BlobErrorCode.ContainerNotFound))
        {
            return false;
        }
    }
}
