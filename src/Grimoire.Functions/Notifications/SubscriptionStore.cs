using System.Collections.Concurrent;
using Grimoire.Functions.Storage;
using Grimoire.Notifications;

namespace Grimoire.Functions.Notifications;

/// <summary>
/// Whom accounts want to be told how their casts go on, and the secrets that sign what they are told. All of an account is one object: a cast that
/// starts reads it once, and any change is one write, of which one wins when two come at once.
/// </summary>
public sealed class SubscriptionStore(IObjectStore objects, TimeProvider time)
{
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<string, (AccountNotifications Notifications, DateTimeOffset ReadAt)> _known = new();

    /// <summary>As it is stored now.</summary>
    public async Task<AccountNotifications> ReadAsync(string account, CancellationToken cancellation) =>
        (await FindAsync(account, cancellation).ConfigureAwait(false)).Notifications;

    /// <summary>Those that a cast that starts now takes over. What another process has changed in the last two seconds may not be seen.</summary>
    public async Task<IReadOnlyList<Subscription>> ActiveAsync(string account, CancellationToken cancellation)
    {
        if (!_known.TryGetValue(account, out var known) || time.GetUtcNow() - known.ReadAt >= Fresh)
        {
            known = (await ReadAsync(account, cancellation).ConfigureAwait(false), time.GetUtcNow());
            _known[account] = known;
        }

        return [.. known.Notifications.Subscriptions.Where(saved => saved.DisabledAt is null).Select(saved => saved.Subscription)];
    }

    /// <summary>Changes what is stored, and again from what is stored then if somebody else was faster.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="change">What it becomes, and what to return; null to leave it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<T> ChangeAsync<T>(string account, Func<AccountNotifications, (AccountNotifications? Changed, T Result)> change, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(change);
        while (true)
        {
            var (stored, version) = await FindAsync(account, cancellation).ConfigureAwait(false);
            var (changed, result) = change(stored);
            if (changed is null)
            {
                return result;
            }

            var bytes = CastStore.Bytes(changed with { Change = Guid.NewGuid() });
            var written = version is null
                ? await objects.CreateAsync(NameOf(account), bytes, cancellation).ConfigureAwait(false)
                : await objects.ReplaceAsync(NameOf(account), bytes, version, cancellation).ConfigureAwait(false);
            _known.TryRemove(account, out _);
            if (written is not null)
            {
                return result;
            }
        }
    }

    /// <summary>The secrets of the account itself, which sign what casts send whose request names the receiver. They are made when they are first needed.</summary>
    public Task<SigningSecrets> OwnSecretsAsync(string account, CancellationToken cancellation) => ChangeAsync(
        account,
        stored =>
        {
            var secrets = stored.Secrets ?? SigningSecrets.New(time.GetUtcNow());
            return (stored.Secrets is null ? stored with { Secrets = secrets } : null, secrets);
        },
        cancellation);

    /// <summary>Nothing is sent to it any more, until it is saved again.</summary>
    public Task<bool> DisableAsync(string account, string name, string why, CancellationToken cancellation) => ChangeAsync(
        account,
        stored => stored.Find(name) is { DisabledAt: null } saved
            ? (stored.With(saved with { DisabledAt = time.GetUtcNow(), DisabledBecause = why }), true)
            : (null, false),
        cancellation);

    async Task<(AccountNotifications Notifications, string? Version)> FindAsync(string account, CancellationToken cancellation) =>
        await objects.ReadAsync(NameOf(account), cancellation).ConfigureAwait(false) is { } stored
            ? (CastStore.Parse<AccountNotifications>(NameOf(account), stored.Content) ?? new AccountNotifications(), stored.Version)
            : (new AccountNotifications(), null);

    static string NameOf(string account) => $"notifications/{account}.json";
}

/// <summary>All that is stored about the notifications of an account.</summary>
public sealed record AccountNotifications
{
    /// <summary>By name.</summary>
    public IReadOnlyList<SavedSubscription> Subscriptions { get; init; } = [];

    /// <summary>Null until they are needed.</summary>
    public SigningSecrets? Secrets { get; init; }

    /// <summary>No two changes are the same bytes: the store tells by them who has written.</summary>
    public Guid Change { get; init; }

    public SavedSubscription? Find(string name) => Subscriptions.FirstOrDefault(saved => saved.Subscription.Name == name);

    public AccountNotifications With(SavedSubscription saved)
    {
        ArgumentNullException.ThrowIfNull(saved);
        return this with
        {
            Subscriptions = [.. Subscriptions.Where(other => other.Subscription.Name != saved.Subscription.Name).Append(saved).OrderBy(one => one.Subscription.Name, StringComparer.Ordinal)],
        };
    }

    public AccountNotifications Without(string name) => this with { Subscriptions = [.. Subscriptions.Where(saved => saved.Subscription.Name != name)] };
}

/// <summary>A subscription of an account.</summary>
/// <param name="DisabledAt">Its receiver has said that it is gone.</param>
public sealed record SavedSubscription(
    Subscription Subscription, SigningSecrets Secrets, DateTimeOffset CreatedAt, DateTimeOffset SavedAt, DateTimeOffset? DisabledAt = null, string? DisabledBecause = null);
