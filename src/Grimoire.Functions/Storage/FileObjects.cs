using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Grimoire.Functions.Storage;

/// <summary>The store in a folder, which is one process's alone. What an operation has done is on the disk when it returns.</summary>
sealed class FileObjects : IObjectStore, IDisposable
{
    readonly FileStream _lock;
    readonly FileNames _names;
    readonly FileDisk _disk;
    readonly DiskThreads _threads = new();
    readonly NameLocks _locks = new();
    readonly FileLog _log;
    readonly FileStreams _streams;

    FileObjects(string root, FileStream folderLock)
    {
        _lock = folderLock;
        _names = new FileNames(root);
        _disk = new FileDisk(root);
        _log = new FileLog(_names, _disk, _threads, _locks);
        _streams = new FileStreams(_names, _disk, _threads, _locks);
        _disk.Clean();
    }

    /// <exception cref="StorageException">Another process has the folder, or this one may not write to it.</exception>
    public static FileObjects Open(string folder)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        FileStream? folderLock = null;
        try
        {
            Directory.CreateDirectory(root);
            folderLock = Lock(root);
            return new FileObjects(root, folderLock);
        }
        catch (Exception failure) when (failure is (IOException or UnauthorizedAccessException) and not StorageException)
        {
            folderLock?.Dispose();
            throw new StorageException($"The folder '{root}' cannot be used for storage: {StorageFailures.Reason(failure)}.", failure);
        }
    }

    public Task<string?> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        WriteAsync(name, path => File.Exists(path) ? null : Create(path, content.Span), cancellation);

    public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> content, string version, CancellationToken cancellation) =>
        WriteAsync(name, path => Read(path) is { } stored && stored.Version == version ? Replace(path, content.Span) : null, cancellation);

    public async Task<StoredObject?> ReadAsync(string name, CancellationToken cancellation)
    {
        var path = _names.PathOf(name);
        try
        {
            var content = await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
            return new StoredObject(content, VersionOf(content));
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
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
        StoreArguments.Range(offset, null);
        return _log.ReadAsync(name, offset, cancellation);
    }

    public async IAsyncEnumerable<string> ListAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        StoreArguments.Prefix(prefix);
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var name in new FileListing(_names, prefix, after ?? "").Names())
        {
            cancellation.ThrowIfCancellationRequested();
            yield return name;
        }
    }

    public async Task DeleteAsync(string name, CancellationToken cancellation)
    {
        var path = _names.PathOf(name);
        using var held = await _locks.EnterAsync(name, cancellation).ConfigureAwait(false);
        await _threads.RunAsync(() => FileDisk.Delete(path)).ConfigureAwait(false);
    }

    public Task<StreamInfo> UploadAsync(
        string name, Stream content, string contentType, IReadOnlyDictionary<string, string> metadata, long maxBytes, CancellationToken cancellation)
    {
        StoreArguments.Description(contentType, metadata);
        return _streams.UploadAsync(name, content, contentType, metadata, maxBytes, cancellation);
    }

    public Task<StreamInfo?> InspectAsync(string name, CancellationToken cancellation) => _streams.InspectAsync(name, cancellation);

    public Task<Stream?> DownloadAsync(string name, long offset, long? length, CancellationToken cancellation)
    {
        StoreArguments.Range(offset, length);
        return _streams.DownloadAsync(name, offset, length, cancellation);
    }

    public Task CheckAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return _threads.RunAsync(() => File.Delete(_disk.WriteUnfinished("ok"u8)));
    }

    public void Dispose()
    {
        _threads.Dispose();
        _lock.Dispose();
    }

    static FileStream Lock(string root)
    {
        try
        {
            return new FileStream(Path.Combine(root, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inUse) when (inUse is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new StorageException(
                $"The folder '{root}' is in use by another process. A folder belongs to one: stop the other, or give this one another with {StorageOptions.FolderSetting}.", inUse);
        }
    }

    async Task<string?> WriteAsync(string name, Func<string, string?> write, CancellationToken cancellation)
    {
        var path = _names.PathOf(name);
        using var held = await _locks.EnterAsync(name, cancellation).ConfigureAwait(false);
        return await _threads.RunAsync(() => write(path)).ConfigureAwait(false);
    }

    string? Create(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = _disk.WriteUnfinished(content);
        try
        {
            return _disk.PublishNew(unfinished, path) ? VersionOf(content) : null;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    string Replace(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = _disk.WriteUnfinished(content);
        try
        {
            _disk.PublishOver(unfinished, path);
            return VersionOf(content);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    static StoredObject? Read(string path)
    {
        try
        {
            var content = File.ReadAllBytes(path);
            return new StoredObject(content, VersionOf(content));
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Of the content: who has read it and replaces it replaces what was read.</summary>
    static string VersionOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
