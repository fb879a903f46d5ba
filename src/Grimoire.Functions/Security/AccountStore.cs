using System.Collections.Concurrent;
using Grimoire.Accounts;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Security;

/// <summary>
/// The accounts, each with its keys in one object: any change is one write, of which one wins when two come at once, so that two revocations cannot together
/// take the last key. Beside it, an object for each key says whose it is; it is written first and never changes.
/// </summary>
public sealed class AccountStore(IObjectStore objects, TimeProvider time)
{
    const string Folder = "accounts/";
    const int KeysKnown = 10_000;

    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<string, (Account? Account, DateTimeOffset ReadAt)> _known = new();
    readonly ImmutableCache<string> _accountsOfKeys = new(KeysKnown);
    long _changes;

    /// <summary>As it is stored now; null if there is none.</summary>
    public async Task<Account?> FindAsync(string name, CancellationToken cancellation) =>
        (await ReadAsync(name, cancellation).ConfigureAwait(false)).Account;

    public async Task<IReadOnlyList<Account>> ListAsync(CancellationToken cancellation)
    {
        var accounts = new List<Account>();
        await foreach (var name in objects.ListAsync(Folder, after: null, cancellation).ConfigureAwait(false))
        {
            if (await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored
                && CastStore.Parse<StoredAccount>(name, stored.Content) is { } found)
            {
                accounts.Add(found.Account);
            }
        }

        return accounts;
    }

    /// <summary>The account that has a key of that id. What another process has changed in the last two seconds may not be seen.</summary>
    public async Task<Account?> OfKeyAsync(string keyId, CancellationToken cancellation)
    {
        var account = _accountsOfKeys.Find(keyId);
        if (account is null)
        {
            if (await objects.ReadAsync(NameOfKey(keyId), cancellation).ConfigureAwait(false) is not { } stored
                || CastStore.Parse<KeyPlace>(NameOfKey(keyId), stored.Content) is not { } place)
            {
                return null;
            }

            account = place.Account;
            _accountsOfKeys.Add(keyId, account);
        }

        return await KnownAsync(account, cancellation).ConfigureAwait(false);
    }

    /// <summary>As it was two seconds ago at most, or as this process has changed it since; null if there is none.</summary>
    public async Task<Account?> KnownAsync(string name, CancellationToken cancellation)
    {
        if (_known.TryGetValue(name, out var known) && time.GetUtcNow() - known.ReadAt < Fresh)
        {
            return known.Account;
        }

        if (_known.Count >= KeysKnown)
        {
            // Operators may name any account, also those that there are not.
            _known.Clear();
        }

        var (readAt, changes) = (time.GetUtcNow(), Interlocked.Read(ref _changes));
        var read = (await FindAsync(name, cancellation).ConfigureAwait(false), readAt);
        _known[name] = read;
        if (Interlocked.Read(ref _changes) != changes)
        {
            // Something was changed while it was read: whether it is in there is not known.
            _known.TryRemove(KeyValuePair.Create(name, read));
        }

        return read.Item1;
    }

    /// <summary>Says whose a key is that is about to be made. Without it, a key opens nothing; it without the key opens nothing either.</summary>
    public async Task PlaceAsync(string keyId, string account, CancellationToken cancellation)
    {
        if (await objects.CreateAsync(NameOfKey(keyId), CastStore.Bytes(new KeyPlace(keyId, account)), cancellation).ConfigureAwait(false) is null)
        {
            throw new InvalidOperationException($"There is a key {keyId} already.");
        }
    }

    /// <summary>Changes what is stored, and again from what is stored then if somebody else was faster.</summary>
    /// <param name="name">Of the account.</param>
    /// <param name="change">What it becomes, and what to return; null to leave it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<T> ChangeAsync<T>(string name, Func<Account?, (Account? Changed, T Result)> change, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(change);
        while (true)
        {
            var (account, version) = await ReadAsync(name, cancellation).ConfigureAwait(false);
            var (changed, result) = change(account);
            if (changed is null)
            {
                return result;
            }

            var bytes = CastStore.Bytes(new StoredAccount(changed, Guid.NewGuid()));
            var written = version is null
                ? await objects.CreateAsync(NameOf(name), bytes, cancellation).ConfigureAwait(false)
                : await objects.ReplaceAsync(NameOf(name), bytes, version, cancellation).ConfigureAwait(false);
            Interlocked.Increment(ref _changes);
            _known.TryRemove(name, out _);
            if (written is not null)
            {
                return result;
            }
        }
    }

    async Task<(Account? Account, string? Version)> ReadAsync(string name, CancellationToken cancellation) =>
        await objects.ReadAsync(NameOf(name), cancellation).ConfigureAwait(false) is { } stored
            ? (CastStore.Parse<StoredAccount>(NameOf(name), stored.Content)?.Account, stored.Version)
            : (null, null);

    static string NameOf(string account) => $"{Folder}{account}.json";

    static string NameOfKey(string keyId) => $"keys/api/{keyId}.json";

    /// <param name="Account">All of it.</param>
    /// <param name="Change">No two changes are the same bytes: the store tells by them who has written.</param>
    sealed record StoredAccount(Account Account, Guid Change);

    sealed record KeyPlace(string Id, string Account);
}
