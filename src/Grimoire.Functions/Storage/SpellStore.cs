using System.Globalization;
using System.Text.Json.Nodes;

namespace Grimoire.Functions.Storage;

/// <summary>A spell as it was saved. A version does not change any more.</summary>
/// <param name="Version">From 1.</param>
/// <param name="Deleted">It is not listed and not cast any more; casts that have begun go on.</param>
public sealed record SavedSpell(string Slug, int Version, JsonObject Document, DateTimeOffset SavedAt, bool Deleted = false);

/// <summary>A spell is not as who saves it takes it to be.</summary>
public sealed class SpellChangedException(int? newest) : Exception("The newest version is another one.")
{
    /// <summary>Null: there is none.</summary>
    public int? Newest { get; } = newest;
}

/// <summary>The spells of accounts, with all their versions.</summary>
public sealed class SpellStore(IObjectStore objects, TimeProvider time)
{
    readonly ImmutableCache<SavedSpell> _versions = new(capacity: 256);

    /// <summary>Saves the document as the next version; the newest one itself is not saved again.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="slug">Which.</param>
    /// <param name="document">The spell.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="ifNewest">The version that must be the newest one still; null: whichever is.</param>
    /// <exception cref="SpellChangedException">It is not.</exception>
    /// <exception cref="StorageException">Others save the same spell all the time.</exception>
    public async Task<(SavedSpell Saved, bool IsNew)> SaveAsync(
        string account, string slug, JsonObject document, CancellationToken cancellation, int? ifNewest = null)
    {
        const int maxTries = 50;
        for (var tries = 0; tries < maxTries; tries++)
        {
            var (newest, etag) = await HeadAsync(account, slug, cancellation).ConfigureAwait(false);
            var current = newest is { Deleted: false } ? newest.Version : default(int?);
            if (ifNewest is not null && ifNewest != current)
            {
                throw new SpellChangedException(current);
            }

            if (newest is { Deleted: false } && JsonNode.DeepEquals(newest.Document, document))
            {
                return (newest, false);
            }

            var next = new SavedSpell(slug, (newest?.Version ?? 0) + 1, (JsonObject)document.DeepClone(), time.GetUtcNow());
            if (await objects.CreateAsync(VersionName(account, slug, next.Version), CastStore.Bytes(next), cancellation).ConfigureAwait(false) is null)
            {
                // Saved by somebody else who has not come to say so yet, or has died before: then it is said here.
                next = await FindAsync(account, slug, next.Version, cancellation).ConfigureAwait(false) ?? next;
                await PointAsync(account, slug, next, etag, cancellation).ConfigureAwait(false);
                continue;
            }

            if (await PointAsync(account, slug, next, etag, cancellation).ConfigureAwait(false) is not null
                || (await HeadAsync(account, slug, cancellation).ConfigureAwait(false)).Saved?.Version >= next.Version)
            {
                return (next, true);
            }
        }

        throw new StorageException($"The spell '{slug}' could not be saved: others have saved it {maxTries} times meanwhile.");
    }

    /// <summary>The newest version, or null if there is none or it is deleted.</summary>
    public async Task<SavedSpell?> FindAsync(string account, string slug, CancellationToken cancellation) =>
        (await HeadAsync(account, slug, cancellation).ConfigureAwait(false)).Saved is { Deleted: false } saved ? saved : null;

    public async Task<SavedSpell?> FindAsync(string account, string slug, int version, CancellationToken cancellation)
    {
        var name = VersionName(account, slug, version);
        if (_versions.Find(name) is { } known)
        {
            return known;
        }

        var saved = await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored ? CastStore.Parse<SavedSpell>(name, stored.Content) : null;
        if (saved is not null)
        {
            _versions.Add(name, saved);
        }

        return saved;
    }

    /// <summary>The newest versions of all spells after the slug <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<SavedSpell>> ListAsync(string account, string? after, int limit, CancellationToken cancellation)
    {
        var prefix = $"spells/{account}/";
        var spells = new List<SavedSpell>();
        // '0' comes after '/': everything below the folder of that slug is passed over.
        await foreach (var name in objects.ListAsync(prefix, after is null ? null : $"{prefix}{after}0", cancellation).ConfigureAwait(false))
        {
            if (name.EndsWith("/head.json", StringComparison.Ordinal)
                && await FindAsync(account, name[prefix.Length..^"/head.json".Length], cancellation).ConfigureAwait(false) is { } saved)
            {
                spells.Add(saved);
                if (spells.Count == limit)
                {
                    break;
                }
            }
        }

        return spells;
    }

    /// <summary>The versions of a spell, oldest first, deleted or not.</summary>
    public async Task<IReadOnlyList<SavedSpell>> VersionsAsync(string account, string slug, CancellationToken cancellation)
    {
        var versions = new List<SavedSpell>();
        await foreach (var name in objects.ListAsync($"spells/{account}/{slug}/versions/", after: null, cancellation).ConfigureAwait(false))
        {
            var version = int.Parse(Path.GetFileNameWithoutExtension(name), CultureInfo.InvariantCulture);
            if (await FindAsync(account, slug, version, cancellation).ConfigureAwait(false) is { } saved)
            {
                versions.Add(saved);
            }
        }

        return versions;
    }

    /// <summary>False if there is none.</summary>
    public async Task<bool> DeleteAsync(string account, string slug, CancellationToken cancellation)
    {
        while (true)
        {
            var (newest, etag) = await HeadAsync(account, slug, cancellation).ConfigureAwait(false);
            if (newest is null or { Deleted: true })
            {
                return false;
            }

            if (await PointAsync(account, slug, newest with { Deleted = true }, etag, cancellation).ConfigureAwait(false) is not null)
            {
                return true;
            }
        }
    }

    static string HeadName(string account, string slug) => $"spells/{account}/{slug}/head.json";

    static string VersionName(string account, string slug, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"spells/{account}/{slug}/versions/{version:D6}.json");

    async Task<(SavedSpell? Saved, string? Etag)> HeadAsync(string account, string slug, CancellationToken cancellation)
    {
        var name = HeadName(account, slug);
        return await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored
            ? (CastStore.Parse<SavedSpell>(name, stored.Content), stored.Version)
            : (null, null);
    }

    Task<string?> PointAsync(string account, string slug, SavedSpell to, string? etag, CancellationToken cancellation) => etag is null
        ? objects.CreateAsync(HeadName(account, slug), CastStore.Bytes(to), cancellation)
        : objects.ReplaceAsync(HeadName(account, slug), CastStore.Bytes(to), etag, cancellation);
}
