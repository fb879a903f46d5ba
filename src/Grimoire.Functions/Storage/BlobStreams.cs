using System.Buffers;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Grimoire.Functions.Storage;

/// <summary>Streams as block blobs: one request if they are small, else block by block, which nobody sees until the list of blocks is committed.</summary>
sealed class BlobStreams(BlobContainerClient container, StorageRetry retry)
{
    const int BlockBytes = 4 * 1024 * 1024;

    public async Task<StreamInfo> UploadAsync(
        string name, Stream content, string contentType, IReadOnlyDictionary<string, string> metadata, long maxBytes, CancellationToken cancellation)
    {
        var blob = container.GetBlockBlobClient(name);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var blocks = new List<string>();
            var unique = Guid.NewGuid().ToString("N");
            long bytes = 0;
            while (true)
            {
                var read = await content.ReadAtLeastAsync(buffer.AsMemory(0, BlockBytes), BlockBytes, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
                bytes += read;
                if (bytes > maxBytes)
                {
                    throw new ContentTooLargeException(maxBytes);
                }

                sha.AppendData(buffer, 0, read);
                var last = read < BlockBytes;
                if (last && blocks.Count == 0)
                {
                    var (headers, small) = Describe(contentType, metadata, sha);
                    var options = new BlobUploadOptions { HttpHeaders = headers, Metadata = small };
                    var stored = await WriteAsync(name, buffer, read, (stream, token) => blob.UploadAsync(stream, options, token), cancellation).ConfigureAwait(false);
                    return InfoOf(contentType, bytes, small, stored.Value.ETag);
                }

                if (read > 0)
                {
                    var id = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{unique}-{blocks.Count:D6}"));
                    await WriteAsync(name, buffer, read, (stream, token) => blob.StageBlockAsync(id, stream, cancellationToken: token), cancellation).ConfigureAwait(false);
                    blocks.Add(id);
                }

                if (last)
                {
                    var (headers, large) = Describe(contentType, metadata, sha);
                    var options = new CommitBlockListOptions { HttpHeaders = headers, Metadata = large };
                    var stored = await retry.RunAsync(
                        "store", name, (_, token) => blob.CommitBlockListAsync(blocks, options, token), cancellation).ConfigureAwait(false);
                    return InfoOf(contentType, bytes, large, stored.Value.ETag);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async Task<StreamInfo?> InspectAsync(string name, CancellationToken cancellation)
    {
        try
        {
            BlobProperties blob = await container.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellation).ConfigureAwait(false);
            return IsStream(blob.Metadata) ? InfoOf(blob.ContentType, blob.ContentLength, blob.Metadata, blob.ETag) : null;
        }
        catch (RequestFailedException failure) when (BlobObjects.IsAbsent(failure) || failure.Status == 404)
        {
            return null;
        }
    }

    public async Task<Stream?> DownloadAsync(string name, long offset, long? length, CancellationToken cancellation)
    {
        // A range of no bytes is nothing that can be asked for.
        if (length == 0)
        {
            return await InspectAsync(name, cancellation).ConfigureAwait(false) is null ? null : new MemoryStream([], writable: false);
        }

        var options = new BlobDownloadOptions { Range = new HttpRange(offset, length) };
        try
        {
            var answer = await container.GetBlobClient(name).DownloadStreamingAsync(options, cancellation).ConfigureAwait(false);
            if (IsStream(answer.Value.Details.Metadata))
            {
                return answer.Value.Content;
            }

            answer.Value.Dispose();
            return null;
        }
        catch (RequestFailedException failure) when (BlobObjects.IsAbsent(failure))
        {
            return null;
        }
        catch (RequestFailedException failure) when (BlobObjects.Says(failure, BlobErrorCode.InvalidRange))
        {
            return await InspectAsync(name, cancellation).ConfigureAwait(false) is null ? null : new MemoryStream([], writable: false);
        }
    }

    /// <summary>A block is in memory, so unlike the stream that it is of it can be sent again.</summary>
    Task<T> WriteAsync<T>(string name, byte[] buffer, int count, Func<Stream, CancellationToken, Task<T>> send, CancellationToken cancellation) =>
        retry.RunAsync(
            "store",
            name,
            (_, token) => BlobObjects.InContainerAsync(
                container,
                async () =>
                {
                    await using var block = new MemoryStream(buffer, 0, count, writable: false);
                    return await send(block, token).ConfigureAwait(false);
                },
                token),
            cancellation);

    static (BlobHttpHeaders Headers, Dictionary<string, string> Metadata) Describe(
        string contentType, IReadOnlyDictionary<string, string> metadata, IncrementalHash sha)
    {
        // They travel as HTTP headers, which are ASCII.
        var encoded = metadata.ToDictionary(entry => entry.Key, entry => Uri.EscapeDataString(entry.Value), StringComparer.OrdinalIgnoreCase);
        encoded[StoreArguments.Sha256Key] = Convert.ToHexStringLower(sha.GetHashAndReset());
        return (new BlobHttpHeaders { ContentType = contentType }, encoded);
    }

    static bool IsStream(IDictionary<string, string> metadata) => metadata.ContainsKey(StoreArguments.Sha256Key);

    static StreamInfo InfoOf(string contentType, long bytes, IDictionary<string, string> encoded, ETag version)
    {
        var metadata = encoded
            .Where(entry => !entry.Key.Equals(StoreArguments.Sha256Key, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(entry => entry.Key, entry => Uri.UnescapeDataString(entry.Value), StringComparer.OrdinalIgnoreCase);
        return new StreamInfo(contentType, bytes, encoded[StoreArguments.Sha256Key], metadata, version.ToString());
    }
}
