using Grimoire.Casts;

namespace Grimoire.Functions.Storage;

/// <summary>The records of attempts. Creating one claims the attempt; the storage decides when two try at once.</summary>
public sealed class AttemptStore(IObjectStore objects)
{
    /// <summary>The version if the attempt is ours now; else the record that is there.</summary>
    public async Task<(string? Version, AttemptRecord? Existing)> ClaimAsync(AttemptRecord record, CancellationToken cancellation)
    {
        var name = CastObjects.Attempt(record.Key);
        var version = await objects.CreateAsync(name, CastStore.Bytes(record), cancellation).ConfigureAwait(false);
        if (version is not null)
        {
            return (version, null);
        }

        var (existing, _) = await FindAsync(record.Key, cancellation).ConfigureAwait(false);
        return (null, existing ?? throw new StorageException($"{name} was there and is gone again."));
    }

    public async Task<(AttemptRecord? Record, string? Version)> FindAsync(AttemptKey key, CancellationToken cancellation)
    {
        var name = CastObjects.Attempt(key);
        return await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored
            ? (CastStore.Parse<AttemptRecord>(name, stored.Content), stored.Version)
            : (null, null);
    }

    /// <summary>The new version, or null if the record is another one by now.</summary>
    public Task<string?> ReplaceAsync(AttemptRecord record, string version, CancellationToken cancellation) =>
        objects.ReplaceAsync(CastObjects.Attempt(record.Key), CastStore.Bytes(record), version, cancellation);

    /// <summary>All attempts of a cast, step by step, each with its elements and attempts in order.</summary>
    public async Task<IReadOnlyList<AttemptRecord>> ListAsync(string castId, string? step, CancellationToken cancellation)
    {
        var records = new List<AttemptRecord>();
        var prefix = step is null ? CastObjects.Attempts(castId) : CastObjects.Attempts(castId, step);
        await foreach (var name in objects.ListAsync(prefix, after: null, cancellation).ConfigureAwait(false))
        {
            if (await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored
                && CastStore.Parse<AttemptRecord>(name, stored.Content) is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }
}
