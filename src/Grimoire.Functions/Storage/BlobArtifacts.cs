using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Grimoire.Functions.Storage;

/// <summary>Artifacts as blobs of one container, which is made when the first one is stored.</summary>
sealed class BlobArtifacts(BlobContainerClient container) : IArtifactStore
{
    const string Sha256Key = "sha256";

    public async Task<ArtifactReference> SaveAsync(
        string name, string contentType, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        var options = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = contentType },
            Metadata = new Dictionary<string, string>(metadata) { [Sha256Key] = sha256 },
        };
        var blob = container.GetBlobClient(name);
        var data = BinaryData.FromBytes(content);
        try
        {
            await UploadAsync(blob, data, options, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RequestFailedException or AggregateException)
        {
            throw new IOException($"The artifact '{name}' could not be stored: {Reason(failure)}", failure);
        }

        return new ArtifactReference(name, contentType, content.Length, sha256);
    }

    public async Task<Stream?> OpenAsync(string name, CancellationToken cancellation)
    {
        try
        {
            var download = await container.GetBlobClient(name).DownloadStreamingAsync(cancellationToken: cancellation).ConfigureAwait(false);
            return download.Value.Content;
        }
        catch (RequestFailedException failure)
            when (failure.ErrorCode == BlobErrorCode.BlobNotFound || failure.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return null;
        }
        catch (Exception failure) when (failure is RequestFailedException or AggregateException)
        {
            throw new IOException($"The artifact '{name}' could not be read: {Reason(failure)}", failure);
        }
    }

    /// <summary>In a sentence: the client's own messages are pages long, with all headers.</summary>
    static string Reason(Exception failure) => failure switch
    {
        RequestFailedException { Status: > 0 } refused => $"the storage answered {refused.Status} {refused.ErrorCode}.",

        // One for each time that the client has tried.
        AggregateException { InnerExceptions: [.., var last] } => Reason(last),
        _ => $"the storage cannot be reached: {failure.Message}.",
    };

    async Task UploadAsync(BlobClient blob, BinaryData data, BlobUploadOptions options, CancellationToken cancellation)
    {
        try
        {
            await blob.UploadAsync(data, options, cancellation).ConfigureAwait(false);
        }
        catch (RequestFailedException failure) when (failure.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellation).ConfigureAwait(false);
            await blob.UploadAsync(data, options, cancellation).ConfigureAwait(false);
        }
    }
}
