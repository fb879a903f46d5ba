using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace Grimoire.Functions.Storage;

/// <summary>
/// Streams as files: the content from the first byte on, then what is known of it, so that both come and go together.
/// The end of such a file is a line feed, a JSON object, its length in four bytes and eight bytes that mark it.
/// </summary>
sealed class FileStreams(FileNames names, FileDisk disk, DiskThreads threads, NameLocks locks)
{
    const int BufferBytes = 128 * 1024;
    const int MaxTrailerBytes = 64 * 1024;

    static ReadOnlySpan<byte> Magic => "\0grimoir"u8;

    static int EndBytes => sizeof(int) + Magic.Length;

    public async Task<StreamInfo> UploadAsync(
        string name, Stream content, string contentType, IReadOnlyDictionary<string, string> metadata, long maxBytes, CancellationToken cancellation)
    {
        var path = names.PathOf(name);
        var unfinished = disk.NewUnfinished();
        try
        {
            StreamInfo info;
            await using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            {
                info = await CopyAsync(content, file, contentType, metadata, maxBytes, cancellation).ConfigureAwait(false);
                await file.WriteAsync(TrailerOf(info), cancellation).ConfigureAwait(false);
                await threads.RunAsync(() => file.Flush(flushToDisk: true)).ConfigureAwait(false);
            }

            using var held = await locks.EnterAsync(name, cancellation).ConfigureAwait(false);
            await threads.RunAsync(() => disk.PublishOver(unfinished, path)).ConfigureAwait(false);
            return info;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public async Task<StreamInfo?> InspectAsync(string name, CancellationToken cancellation)
    {
        if (Open(name) is not { } file)
        {
            return null;
        }

        await using var disposal = file.ConfigureAwait(false);
        return await ReadTrailerAsync(file, cancellation).ConfigureAwait(false);
    }

    public async Task<Stream?> DownloadAsync(string name, long offset, long? length, CancellationToken cancellation)
    {
        if (Open(name) is not { } file)
        {
            return null;
        }

        try
        {
            if (await ReadTrailerAsync(file, cancellation).ConfigureAwait(false) is { } info)
            {
                var from = Math.Min(offset, info.Bytes);
                file.Position = from;
                var slice = new SliceStream(file, Math.Min(length ?? long.MaxValue, info.Bytes - from));
                file = null;
                return slice;
            }

            return null;
        }
        finally
        {
            if (file is not null)
            {
                await file.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    FileStream? Open(string name)
    {
        try
        {
            return new FileStream(names.PathOf(name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    static async Task<StreamInfo> CopyAsync(
        Stream content, FileStream file, string contentType, IReadOnlyDictionary<string, string> metadata, long maxBytes, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            long bytes = 0;
            while (await content.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var read and > 0)
            {
                bytes += read;
                if (bytes > maxBytes)
                {
                    throw new ContentTooLargeException(maxBytes);
                }

                sha.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            }

            var hash = Convert.ToHexStringLower(sha.GetHashAndReset());
            var known = new Dictionary<string, string>(metadata, StringComparer.OrdinalIgnoreCase);
            return new StreamInfo(contentType, bytes, hash, known, Guid.NewGuid().ToString("N"));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static byte[] TrailerOf(StreamInfo info)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(info, DomainJson.Options);
        var trailer = new byte[1 + json.Length + EndBytes];
        trailer[0] = (byte)'\n';
        json.CopyTo(trailer, 1);
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(1 + json.Length), json.Length);
        Magic.CopyTo(trailer.AsSpan(1 + json.Length + sizeof(int)));
        return trailer;
    }

    /// <summary>Null if the file is no stream.</summary>
    static async Task<StreamInfo?> ReadTrailerAsync(FileStream file, CancellationToken cancellation)
    {
        var end = new byte[EndBytes];
        if (file.Length < end.Length)
        {
            return null;
        }

        file.Position = file.Length - end.Length;
        await file.ReadExactlyAsync(end, cancellation).ConfigureAwait(false);
        var length = BinaryPrimitives.ReadInt32LittleEndian(end);
        if (!end.AsSpan(sizeof(int)).SequenceEqual(Magic) || length is < 0 or > MaxTrailerBytes || length > file.Length - end.Length)
        {
            return null;
        }

        var json = new byte[length];
        file.Position = file.Length - end.Length - length;
        await file.ReadExactlyAsync(json, cancellation).ConfigureAwait(false);
        var info = JsonSerializer.Deserialize<StreamInfo>(json, DomainJson.Options);
        return info is null ? null : info with { Metadata = new Dictionary<string, string>(info.Metadata, StringComparer.OrdinalIgnoreCase) };
    }
}
