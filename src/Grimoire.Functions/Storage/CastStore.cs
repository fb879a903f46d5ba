using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;

namespace Grimoire.Functions.Storage;

/// <summary>The manifest and the result of a cast, and the values that are too large for its history.</summary>
public sealed class CastStore(IObjectStore objects)
{
    readonly ImmutableCache<CastManifest> _manifests = new(capacity: 512);
    readonly ImmutableCache<JsonNode> _values = new(capacity: 256);

    /// <summary>False if there is one of that id already.</summary>
    public async Task<bool> CreateAsync(CastManifest manifest, CancellationToken cancellation)
    {
        var created = await objects.CreateAsync(CastObjects.Manifest(manifest.CastId), Bytes(manifest), cancellation).ConfigureAwait(false) is not null;
        if (created)
        {
            _manifests.Add(manifest.CastId, manifest);
        }

        return created;
    }

    public async Task<CastManifest?> FindAsync(string castId, CancellationToken cancellation)
    {
        if (_manifests.Find(castId) is { } known)
        {
            return known;
        }

        var manifest = await ReadAsync<CastManifest>(CastObjects.Manifest(castId), cancellation).ConfigureAwait(false);
        if (manifest is not null)
        {
            _manifests.Add(castId, manifest);
        }

        return manifest;
    }

    /// <exception cref="CastGoneException">There is none.</exception>
    public async Task<CastManifest> GetAsync(string castId, CancellationToken cancellation) =>
        await FindAsync(castId, cancellation).ConfigureAwait(false) ?? throw new CastGoneException(castId);

    public Task<CastOutcome?> FindResultAsync(string castId, CancellationToken cancellation) =>
        ReadAsync<CastOutcome>(CastObjects.Result(castId), cancellation);

    /// <summary>A cast ends once: the outcome that counts is returned, which is the first.</summary>
    public async Task<CastOutcome> SaveResultAsync(string castId, CastOutcome outcome, CancellationToken cancellation)
    {
        var name = CastObjects.Result(castId);
        return await objects.CreateAsync(name, Bytes(outcome), cancellation).ConfigureAwait(false) is not null
            ? outcome
            : await ReadAsync<CastOutcome>(name, cancellation).ConfigureAwait(false) ?? outcome;
    }

    /// <summary>The value as it travels: stored under <paramref name="name"/> first if it is large, or <paramref name="always"/>.</summary>
    public async Task<Payload> KeepAsync(string name, JsonNode? value, CancellationToken cancellation, bool always = false)
    {
        var bytes = Bytes(value);
        var isSmall = bytes.Length <= Payload.MaxInlineBytes;
        if (!isSmall || always)
        {
            await objects.CreateAsync(name, bytes, cancellation).ConfigureAwait(false);
        }

        return isSmall ? new Payload { Value = value } : new Payload { StoredAs = name };
    }

    /// <summary>The output of an attempt as it travels: it is stored with the attempt's record.</summary>
    internal static Payload OutputOf(AttemptRecord record) => Bytes(record.Output).Length <= Payload.MaxInlineBytes
        ? new Payload { Value = record.Output }
        : new Payload { StoredAs = CastObjects.Attempt(record.Key) };

    /// <summary>What travels as <paramref name="payload"/>. It is shared: whoever changes it takes a copy.</summary>
    public async Task<JsonNode?> LoadAsync(Payload payload, CancellationToken cancellation)
    {
        if (payload.StoredAs is not { } name)
        {
            return payload.Value;
        }

        if (_values.Find(name) is { } known)
        {
            return known;
        }

        var value = await ReadValueAsync(name, cancellation).ConfigureAwait(false);
        _values.Add(name, value ?? throw new StorageException($"{name} is gone, or has no value: it was there when the step ended."));
        return value;
    }

    /// <summary>What travels under that name; null if it is gone.</summary>
    internal async Task<JsonNode?> ReadValueAsync(string name, CancellationToken cancellation) => CastObjects.IsAttempt(name)
        ? (await ReadAsync<AttemptRecord>(name, cancellation).ConfigureAwait(false))?.Output
        : await ReadAsync<JsonNode>(name, cancellation).ConfigureAwait(false);

    /// <summary>Removes all that a cast and its sub-casts have left behind.</summary>
    public async Task DeleteAsync(string castId, CancellationToken cancellation)
    {
        foreach (var prefix in (string[])[CastObjects.All(castId), CastObjects.AllOfChildren(castId)])
        {
            var names = new List<string>();
            await foreach (var name in objects.ListAsync(prefix, after: null, cancellation).ConfigureAwait(false))
            {
                names.Add(name);
            }

            // Manifests first: without one there is no cast, and nobody sees what is left of it.
            foreach (var name in names.OrderByDescending(CastObjects.IsManifest))
            {
                await objects.DeleteAsync(name, cancellation).ConfigureAwait(false);
            }

            _values.Forget(name => name.StartsWith(prefix, StringComparison.Ordinal));
        }

        _manifests.Forget(id => id == castId || id.StartsWith(castId + CastIds.ChildSeparator, StringComparison.Ordinal));
    }

    internal static ReadOnlyMemory<byte> Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, DomainJson.Options);

    internal static T? Parse<T>(string name, ReadOnlyMemory<byte> content)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(content.Span, DomainJson.Options);
        }
        catch (JsonException damaged)
        {
            throw new StorageException($"{name} cannot be read: {damaged.Message}", damaged);
        }
    }

    async Task<T?> ReadAsync<T>(string name, CancellationToken cancellation)
        where T : class =>
        await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored ? Parse<T>(name, stored.Content) : null;
}

/// <summary>A cast is to go on that storage knows nothing of.</summary>
public sealed class CastGoneException(string castId) : Exception($"There is no manifest of the cast '{castId}': it was never there, or has been removed.")
{
    public string CastId { get; } = castId;
}
