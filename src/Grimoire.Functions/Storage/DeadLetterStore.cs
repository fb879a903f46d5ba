using System.Runtime.CompilerServices;
using Grimoire.Casts;

namespace Grimoire.Functions.Storage;

/// <summary>The letters of casts that have failed: an object for each, so that the list of an account is a listing. A letter never changes; it is there, or not.</summary>
public sealed class DeadLetterStore(IObjectStore objects)
{
    const string Folder = "deadletters/";
    const string Suffix = ".json";

    readonly ImmutableCache<DeadLetter> _letters = new(capacity: 4096);

    /// <returns>False if it is there already.</returns>
    public async Task<bool> CreateAsync(DeadLetter letter, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return await objects.CreateAsync(NameOf(letter.CastId), CastStore.Bytes(letter), cancellation).ConfigureAwait(false) is not null;
    }

    /// <summary>Not from memory: somebody else may have dealt with it.</summary>
    public async Task<DeadLetter?> FindAsync(string castId, CancellationToken cancellation)
    {
        var name = NameOf(castId);
        return await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored ? CastStore.Parse<DeadLetter>(name, stored.Content) : null;
    }

    /// <returns>False if there was none.</returns>
    public async Task<bool> RemoveAsync(string castId, CancellationToken cancellation)
    {
        if (await objects.ReadAsync(NameOf(castId), cancellation).ConfigureAwait(false) is null)
        {
            return false;
        }

        await objects.DeleteAsync(NameOf(castId), cancellation).ConfigureAwait(false);
        _letters.Forget(name => name == NameOf(castId));
        return true;
    }

    /// <summary>The letters of an account, those of the casts that were asked for last first.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="prefix">What the ids of their casts begin with; empty for all.</param>
    /// <param name="after">The cast behind whose letter to go on; null: at the beginning.</param>
    /// <param name="cancellation">Gives up.</param>
    public IAsyncEnumerable<DeadLetter> ListAsync(string account, string prefix, string? after, CancellationToken cancellation) =>
        ReadAllAsync($"{Folder}{account}/{PlaceOf(prefix)}", after is null ? null : NameOf(after), cancellation);

    /// <summary>The letters of all accounts.</summary>
    public IAsyncEnumerable<DeadLetter> ListAsync(string? after, CancellationToken cancellation) =>
        ReadAllAsync(Folder, after is null ? null : NameOf(after), cancellation);

    async IAsyncEnumerable<DeadLetter> ReadAllAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var name in objects.ListAsync(prefix, after, cancellation).ConfigureAwait(false))
        {
            if (await ReadAsync(name, cancellation).ConfigureAwait(false) is { } letter)
            {
                yield return letter;
            }
        }
    }

    /// <summary>Null if it has been removed since it was listed.</summary>
    async Task<DeadLetter?> ReadAsync(string name, CancellationToken cancellation)
    {
        if (_letters.Find(name) is { } known)
        {
            return known;
        }

        if (await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is not { } stored || CastStore.Parse<DeadLetter>(name, stored.Content) is not { } letter)
        {
            return null;
        }

        _letters.Add(name, letter);
        return letter;
    }

    static string NameOf(string castId) => $"{Folder}{CastIds.AccountOf(castId)}/{PlaceOf(castId)}{Suffix}";

    /// <summary>Without what tells pieces of cooks from other casts: both stand in one list, the newest first.</summary>
    static string PlaceOf(string castId) => castId[(castId.IndexOf('-', StringComparison.Ordinal) + 1)..];
}
