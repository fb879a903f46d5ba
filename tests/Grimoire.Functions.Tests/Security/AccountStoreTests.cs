using System.Text;
using Grimoire.Accounts;
using Grimoire.Functions.Security;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Security;

[Trait("Row", "KZ21")]
public sealed class AccountStoreTests
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly MemoryObjects _objects = new();
    readonly SetTime _time = new();

    [Fact]
    public async Task An_account_is_found_by_the_id_of_a_key_of_it()
    {
        var store = new AccountStore(_objects, _time);
        var key = await AddAsync(store, "acme");

        var account = await new AccountStore(_objects, _time).OfKeyAsync(key.Id, None);

        Assert.Equal("acme", account?.Name);
        Assert.True(key.Matches(account!.Find(key.Id)!.Hash));
        Assert.Equal((Role.Caster, "one"), (account.Find(key.Id)!.Role, account.Find(key.Id)!.Name));
        Assert.Null(await store.OfKeyAsync(ApiKey.New().Id, None));
        Assert.Equal(["acme"], (await store.ListAsync(None)).Select(one => one.Name));
    }

    [Fact]
    public async Task What_is_stored_has_no_secret_in_it()
    {
        var key = await AddAsync(new AccountStore(_objects, _time), "acme");

        Assert.Equal(["accounts/acme.json", $"keys/api/{key.Id}.json"], _objects.Names);
        foreach (var name in _objects.Names)
        {
            Assert.DoesNotContain(key.Reveal()[^43..], Encoding.UTF8.GetString((await _objects.ReadAsync(name, None))!.Content.Span), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_change_by_this_process_is_seen_at_once_and_one_by_another_within_two_seconds()
    {
        var (here, there) = (new AccountStore(_objects, _time), new AccountStore(_objects, _time));
        var key = await AddAsync(here, "acme");
        Assert.NotNull((await there.OfKeyAsync(key.Id, None))?.Find(key.Id));

        await RevokeAsync(here, "acme", key.Id);

        Assert.Equal(KeyStatus.Revoked, await StatusAsync(here, key.Id));
        Assert.Equal(KeyStatus.Valid, await StatusAsync(there, key.Id));
        _time.Now += TimeSpan.FromSeconds(2);
        Assert.Equal(KeyStatus.Revoked, await StatusAsync(there, key.Id));
    }

    [Fact]
    public async Task A_key_that_was_placed_and_not_made_opens_nothing()
    {
        var store = new AccountStore(_objects, _time);
        await AddAsync(store, "acme");
        var key = ApiKey.New();

        await store.PlaceAsync(key.Id, "acme", None);

        Assert.Null((await store.OfKeyAsync(key.Id, None))?.Find(key.Id));
    }

    [Fact]
    public async Task Of_changes_at_once_none_is_lost()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => AddAsync(new AccountStore(_objects, _time), "acme"))));

        var account = await new AccountStore(_objects, _time).FindAsync("acme", None);

        Assert.Equal(keys.Select(key => key.Id).Order(StringComparer.Ordinal), account!.Keys.Select(key => key.Id).Order(StringComparer.Ordinal));
    }

    async Task<ApiKey> AddAsync(AccountStore store, string account)
    {
        var key = ApiKey.New();
        await store.PlaceAsync(key.Id, account, None);
        await store.ChangeAsync(
            account,
            stored => ((stored ?? new Account(account, _time.Now)).With(new KeyRecord(key.Id, Role.Caster, "one", key.Hash(), _time.Now), _time.Now), true),
            None);
        return key;
    }

    Task<bool> RevokeAsync(AccountStore store, string account, string id) =>
        store.ChangeAsync(account, stored => (stored!.With(stored.Find(id)! with { RevokedAt = _time.Now }, _time.Now), true), None);

    async Task<KeyStatus?> StatusAsync(AccountStore store, string id) => (await store.OfKeyAsync(id, None))?.Find(id)?.StatusAt(_time.Now);
}
