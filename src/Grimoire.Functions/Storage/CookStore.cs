using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Cooks;

namespace Grimoire.Functions.Storage;

/// <summary>What a cook starts from, and what it has come to. The casts of its pieces are stored as any others.</summary>
public sealed class CookStore(IObjectStore objects)
{
    /// <summary>Pieces in one object.</summary>
    public const int PageSize = 100;

    readonly ImmutableCache<CookManifest> _manifests = new(capacity: 64);
    readonly ImmutableCache<JsonArray> _pages = new(capacity: 64);
    readonly ImmutableCache<int[]> _generations = new(capacity: 64);

    /// <summary>First the pieces, then the manifest: one that is there has all of its pieces.</summary>
    /// <returns>False if there is one of that id already.</returns>
    public async Task<bool> CreateAsync(CookManifest manifest, IReadOnlyList<JsonObject> pieces, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        foreach (var (page, inputs) in pieces.Chunk(PageSize).Index())
        {
            await objects.CreateAsync(PageName(manifest.CookId, page), CastStore.Bytes(inputs), cancellation).ConfigureAwait(false);
        }

        return await objects.CreateAsync(ManifestName(manifest.CookId), CastStore.Bytes(manifest), cancellation).ConfigureAwait(false) is not null;
    }

    public Task<CookManifest?> FindAsync(string cookId, CancellationToken cancellation) => ReadAsync(_manifests, ManifestName(cookId), cancellation);

    /// <summary>Not from memory: another process may have removed it.</summary>
    public async Task<bool> IsThereAsync(string cookId, CancellationToken cancellation) =>
        await objects.ReadAsync(ManifestName(cookId), cancellation).ConfigureAwait(false) is not null;

    /// <exception cref="CastGoneException">There is none.</exception>
    public async Task<CookManifest> GetAsync(string cookId, CancellationToken cancellation) =>
        await FindAsync(cookId, cancellation).ConfigureAwait(false) ?? throw new CastGoneException(cookId);

    /// <summary>The inputs of one piece. They are shared: whoever changes them takes a copy.</summary>
    public async Task<JsonObject> InputsAsync(string cookId, int piece, CancellationToken cancellation)
    {
        var page = await ReadAsync(_pages, PageName(cookId, piece / PageSize), cancellation).ConfigureAwait(false);
        return page?.ElementAtOrDefault(piece % PageSize)?.AsObject() ?? throw new CastGoneException(cookId);
    }

    /// <summary>The pieces that are tried again as this generation; the first to say so is believed.</summary>
    public async Task<IReadOnlyList<int>> KeepGenerationAsync(string cookId, int generation, int[] pieces, CancellationToken cancellation)
    {
        var name = GenerationName(cookId, generation);
        return await objects.CreateAsync(name, CastStore.Bytes(pieces), cancellation).ConfigureAwait(false) is not null
            ? pieces
            : await ReadAsync(_generations, name, cancellation).ConfigureAwait(false) ?? pieces;
    }

    /// <summary>Which pieces these places of a generation are.</summary>
    public async Task<IReadOnlyList<int>> PiecesAsync(string cookId, int generation, int from, int count, CancellationToken cancellation)
    {
        if (generation == 1)
        {
            return [.. Enumerable.Range(from, count)];
        }

        var pieces = await ReadAsync(_generations, GenerationName(cookId, generation), cancellation).ConfigureAwait(false) ?? throw new CastGoneException(cookId);
        return [.. pieces.Skip(from).Take(count)];
    }

    /// <summary>A generation ends once: the outcome that counts is returned, which is the first.</summary>
    public async Task<CookOutcome> SaveOutcomeAsync(string cookId, CookOutcome outcome, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return await objects.CreateAsync(OutcomeName(cookId, outcome.Generation), CastStore.Bytes(outcome), cancellation).ConfigureAwait(false) is not null
            ? outcome
            : await FindOutcomeAsync(cookId, outcome.Generation, cancellation).ConfigureAwait(false) ?? outcome;
    }

    public async Task<CookOutcome?> FindOutcomeAsync(string cookId, int generation, CancellationToken cancellation) =>
        await objects.ReadAsync(OutcomeName(cookId, generation), cancellation).ConfigureAwait(false) is { } stored
            ? CastStore.Parse<CookOutcome>(OutcomeName(cookId, generation), stored.Content)
            : null;

    /// <summary>Removes everything of a cook but its casts; the manifest first, for without one there is no cook.</summary>
    public async Task DeleteAsync(string cookId, CancellationToken cancellation)
    {
        var names = new List<string>();
        await foreach (var name in objects.ListAsync(All(cookId), after: null, cancellation).ConfigureAwait(false))
        {
            names.Add(name);
        }

        foreach (var name in names.OrderByDescending(name => name == ManifestName(cookId)))
        {
            await objects.DeleteAsync(name, cancellation).ConfigureAwait(false);
        }

        _manifests.Forget(name => name.StartsWith(All(cookId), StringComparison.Ordinal));
        _pages.Forget(name => name.StartsWith(All(cookId), StringComparison.Ordinal));
        _generations.Forget(name => name.StartsWith(All(cookId), StringComparison.Ordinal));
    }

    /// <summary>Everything of a cook but its casts.</summary>
    internal static string All(string cookId) => $"cooks/{cookId}/";

    internal static string ManifestName(string cookId) => $"{All(cookId)}manifest.json";

    static string PageName(string cookId, int page) => string.Create(CultureInfo.InvariantCulture, $"{All(cookId)}pieces/{page:D6}.json");

    static string GenerationName(string cookId, int generation) => string.Create(CultureInfo.InvariantCulture, $"{All(cookId)}generations/{generation:D3}.json");

    static string OutcomeName(string cookId, int generation) => string.Create(CultureInfo.InvariantCulture, $"{All(cookId)}outcomes/{generation:D3}.json");

    async Task<T?> ReadAsync<T>(ImmutableCache<T> cache, string name, CancellationToken cancellation)
        where T : class
    {
        if (cache.Find(name) is { } known)
        {
            return known;
        }

        if (await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is not { } stored || CastStore.Parse<T>(name, stored.Content) is not { } value)
        {
            return null;
        }

        cache.Add(name, value);
        return value;
    }
}
