using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Grimoire.Functions.Storage;

/// <summary>A log as an append blob, and when that one is full as the next: name, name~2, name~3.</summary>
/// <remarks>A blob is full when it has all the blocks it can have. From then on it never grows, so a place in the log stays where it is.</remarks>
sealed class BlobLog(BlobContainerClient container, int blocksPerBlob)
{
    /// <summary>One request, unless the log is new or its first blob is full.</summary>
    public async Task<bool> AppendAsync(string name, ReadOnlyMemory<byte> content, bool begin, CancellationToken cancellation)
    {
        for (var part = 1; ; part++)
        {
            try
            {
                // Of a later part the one before has told that there is a log.
                return await AppendToAsync(PartOf(name, part), content, begin || part > 1, cancellation).ConfigureAwait(false);
            }
            catch (RequestFailedException failure) when (BlobObjects.Says(failure, BlobErrorCode.BlockCountExceedsLimit))
            {
                // Full: it goes to the next one.
            }
        }
    }

    public async Task<ReadOnlyMemory<byte>> ReadAsync(string name, long offset, CancellationToken cancellation)
    {
        var found = new MemoryStream();
        for (var part = 1; ; part++)
        {
            var blob = PartOf(name, part);
            var (length, full) = await ReadPartAsync(blob, offset, found, cancellation).ConfigureAwait(false);
            if (!full)
            {
                return found.GetBuffer().AsMemory(0, (int)found.Length);
            }

            offset = Math.Max(0, offset - length);
        }
    }

    public async Task DeleteLaterPartsAsync(string name, CancellationToken cancellation)
    {
        var prefix = name + StoreArguments.Reserved;
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellation).ConfigureAwait(false))
        {
            if (StoreArguments.PartOfLog(blob.Name) is not null && blob.Name.LastIndexOf(StoreArguments.Reserved) == name.Length)
            {
                await container.GetBlobClient(blob.Name).DeleteIfExistsAsync(cancellationToken: cancellation).ConfigureAwait(false);
            }
        }
    }

    AppendBlobClient PartOf(string name, int part) =>
        container.GetAppendBlobClient(part == 1 ? name : $"{name}{StoreArguments.Reserved}{part}");

    async Task<bool> AppendToAsync(AppendBlobClient blob, ReadOnlyMemory<byte> content, bool begin, CancellationToken cancellation)
    {
        var data = BinaryData.FromBytes(content);
        try
        {
            await AppendBlockAsync(blob, data, cancellation).ConfigureAwait(false);
        }
        catch (RequestFailedException failure) when (BlobObjects.IsAbsent(failure))
        {
            if (!begin)
            {
                return false;
            }

            await BlobObjects.InContainerAsync(container, () => CreateAsync(blob, cancellation), cancellation).ConfigureAwait(false);
            await AppendBlockAsync(blob, data, cancellation).ConfigureAwait(false);
        }

        return true;
    }

    static async Task AppendBlockAsync(AppendBlobClient blob, BinaryData data, CancellationToken cancellation)
    {
        await using var stream = data.ToStream();
        await blob.AppendBlockAsync(stream, cancellationToken: cancellation).ConfigureAwait(false);
    }

    /// <summary>Only if it is absent: to create an append blob that is there would empty it.</summary>
    static async Task<bool> CreateAsync(AppendBlobClient blob, CancellationToken cancellation)
    {
        var options = new AppendBlobCreateOptions
        {
            Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/x-ndjson" },
        };
        try
        {
            await blob.CreateAsync(options, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException failure) when (BlobObjects.Says(failure, BlobErrorCode.BlobAlreadyExists) || BlobObjects.Says(failure, BlobErrorCode.ConditionNotMet))
        {
            return false;
        }
    }

    async Task<(long Length, bool Full)> ReadPartAsync(AppendBlobClient blob, long offset, MemoryStream found, CancellationToken cancellation)
    {
        // From one byte earlier: a reader that has everything, the usual case, then gets that byte and no error.
        var from = Math.Max(0, offset - 1);
        try
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(from) };
            var answer = await blob.DownloadStreamingAsync(options, cancellation).ConfigureAwait(false);
            using var download = answer.Value;
            var start = found.Length;
            await download.Content.CopyToAsync(found, cancellation).ConfigureAwait(false);
            var length = from + found.Length - start;
            DropFirst(found, start, offset - from);
            return (length, download.Details.BlobCommittedBlockCount >= blocksPerBlob);
        }
        catch (RequestFailedException failure) when (BlobObjects.IsAbsent(failure))
        {
            return (0, Full: false);
        }
        catch (RequestFailedException failure) when (BlobObjects.Says(failure, BlobErrorCode.InvalidRange))
        {
            var properties = await blob.GetPropertiesAsync(cancellationToken: cancellation).ConfigureAwait(false);
            return (properties.Value.ContentLength, properties.Value.BlobCommittedBlockCount >= blocksPerBlob);
        }
    }

    static void DropFirst(MemoryStream found, long start, long count)
    {
        var bytes = found.GetBuffer().AsSpan(0, (int)found.Length);
        bytes[(int)(start + count)..].CopyTo(bytes[(int)start..]);
        found.SetLength(found.Length - count);
        found.Position = found.Length;
    }
}
