using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Tests.Support;

/// <summary>A store for tests of what uses one: everything in memory, with the same promises.</summary>
sealed class MemoryObjects : IObjectStore
{
    readonly Lock _gate = new();
    readonly SortedDictionary<string, Stored> _stored = new(StringComparer.Ordinal);
    long _version;

    /// <summary>All names, for assertions on what was left behind.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _stored.Keys];
            }
        }
    }

    public Task<string?> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        Locked(name, () => _stored.ContainsKey(name) ? null : Put(name, content.ToArray(), stream: null), cancellation);

    public Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> content, string version, CancellationToken cancellation) =>
        Locked(name, () => Get(name)?.Version == version ? Put(name, content.ToArray(), stream: null) : null, cancellation);

    public Task<StoredObject?> ReadAsync(string name, CancellationToken cancellation) =>
        Locked(name, () => Get(name) is { } stored ? new StoredObject(stored.Content, stored.Version) : null, cancellation);

    public Task<bool> AppendAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation, bool begin = true)
    {
        StoreArguments.Lines(content.Span);
        return Locked(name, () => (begin || _stored.ContainsKey(name)) && Put(name, [.. Get(name)?.Content ?? [], .. content.Span], stream: null) is not null, cancellation);
    }

    public Task<ReadOnlyMemory<byte>> ReadLogAsync(string name, long offset, CancellationToken cancellation)
    {
        StoreArguments.Range(offset, null);
        return Locked<ReadOnlyMemory<byte>>(name, () => Get(name)?.Content is { } content && offset < content.Length ? content.AsMemory((int)offset) : default, cancellation);
    }

    public async IAsyncEnumerable<string> ListAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        StoreArguments.Prefix(prefix);
        foreach (var name in Names)
        {
            await Task.Yield();
            cancellation.ThrowIfCancellationRequested();
            if (name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(name, after) > 0)
            {
                yield return name;
            }
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellation) => Locked(name, () => _stored.Remove(name), cancellation);

    public async Task<StreamInfo> UploadAsync(
        string name, Stream content, string contentType, IReadOnlyDictionary<string, string> metadata, long maxBytes, CancellationToken cancellation)
    {
        StoreArguments.Name(name);
        StoreArguments.Description(contentType, metadata);
        using var all = new MemoryStream();
        var buffer = new byte[8192];
        while (await content.ReadAsync(buffer, cancellation) is var read and > 0)
        {
            all.Write(buffer, 0, read);
            if (all.Length > maxBytes)
            {
                throw new ContentTooLargeException(maxBytes);
            }
        }

        var bytes = all.ToArray();
        var info = new StreamInfo(contentType, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), new Dictionary<string, string>(metadata), "");
        return await Locked(name, () => info with { Version = Put(name, bytes, info) }, cancellation);
    }

    public Task<StreamInfo?> InspectAsync(string name, CancellationToken cancellation) =>
        Locked(name, () => Get(name) is { Stream: { } info } stored ? info with { Version = stored.Version } : null, cancellation);

    public Task<Stream?> DownloadAsync(string name, long offset, long? length, CancellationToken cancellation)
    {
        StoreArguments.Range(offset, length);
        return Locked<Stream?>(
            name,
            () =>
            {
                if (Get(name) is not { Stream: not null } stored)
                {
                    return null;
                }

                var from = (int)Math.Min(offset, stored.Content.Length);
                return new MemoryStream(stored.Content, from, (int)Math.Min(length ?? int.MaxValue, stored.Content.Length - from), writable: false);
            },
            cancellation);
    }

    public Task CheckAsync(CancellationToken cancellation) => Task.CompletedTask;

    Stored? Get(string name) => _stored.GetValueOrDefault(name);

    string Put(string name, byte[] content, StreamInfo? stream)
    {
        var version = $"v{++_version}";
        _stored[name] = new Stored(content, version, stream);
        return version;
    }

    async Task<T> Locked<T>(string name, Func<T> operation, CancellationToken cancellation)
    {
        StoreArguments.Name(name);
        await Task.Yield();
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return operation();
        }
    }

    sealed record Stored(byte[] Content, string Version, StreamInfo? Stream);
}
