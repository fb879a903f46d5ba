using System.Net;
using Grimoire.Accounts;
using Grimoire.Functions.Http;
using Grimoire.Functions.Security;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Security;

/// <summary>Keys that are made, rotated and revoked.</summary>
[Trait("Row", "KZ21")]
public sealed class KeysApiTests
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly MemoryObjects _objects = new();
    readonly SetTime _time = new();

    [Fact]
    public async Task Of_two_who_revoke_the_last_two_admins_at_once_one_is_refused()
    {
        for (var round = 0; round < 20; round++)
        {
            var objects = new MemoryObjects();
            var store = new AccountStore(objects, _time);
            await new AccountsApi(store, new LimitLookup(store, new LimitOptions(AccountLimits.None)), _time).PutAsync(new FakeRequest("PUT", "accounts/main"), "main", None);
            var ids = new[] { await MakeAsync(store), await MakeAsync(store) };

            var revoked = await Task.WhenAll(ids.Select(id => Task.Run(async () =>
            {
                try
                {
                    await new KeysApi(new AccountStore(objects, _time), _time).RevokeAsync(new FakeRequest("DELETE", $"keys/{id}"), id, None);
                    return null;
                }
                catch (RefusedException refused)
                {
                    return refused.Problem.Code;
                }
            })));

            Assert.Equal([null, "key.lastAdmin"], revoked.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_rotated_key_is_not_rotated_again_while_it_still_holds()
    {
        var store = new AccountStore(_objects, _time);
        await new AccountsApi(store, new LimitLookup(store, new LimitOptions(AccountLimits.None)), _time).PutAsync(new FakeRequest("PUT", "accounts/main"), "main", None);
        var id = await MakeAsync(store);
        var api = new KeysApi(store, _time);
        await api.RotateAsync(new FakeRequest("POST", $"keys/{id}/rotate?overlapMinutes=10"), id, None);
        var names = _objects.Names;

        Assert.Equal("key.rotated", await CodeAsync(() => api.RotateAsync(new FakeRequest("POST", $"keys/{id}/rotate"), id, None)));
        _time.Now += TimeSpan.FromMinutes(10);
        Assert.Equal("key.ended", await CodeAsync(() => api.RotateAsync(new FakeRequest("POST", $"keys/{id}/rotate"), id, None)));
        Assert.Equal(names, _objects.Names);
    }

    [Fact]
    public async Task An_account_has_a_hundred_keys_at_most()
    {
        var store = new AccountStore(_objects, _time);
        await store.ChangeAsync(
            "acme",
            _ => (new Account("acme", _time.Now) { Keys = [.. Enumerable.Range(0, 100).Select(i => new KeyRecord($"{i}", Role.Viewer, "k", "h", _time.Now))] }, true),
            None);

        Assert.Equal("key.tooMany", await CodeAsync(() => MakeAsync(store, "acme")));
    }

    [Theory]
    [InlineData("""{ "role": "admin" }""", "/name")]
    [InlineData("""{ "name": "a" }""", "/role")]
    [InlineData("""{ "name": "a", "role": "owner" }""", "/role")]
    [InlineData("""{ "name": "a\u0000", "role": "admin" }""", "/name")]
    [InlineData("""{ "name": "a", "role": "admin", "expiresAt": "2029-12-31T00:00:00Z" }""", "/expiresAt")]
    [InlineData("""{ "name": "a", "role": "admin", "expiresAt": "soon" }""", "/expiresAt")]
    [InlineData("""{ "name": "a", "role": "admin", "key": "grm_" }""", "/key")]
    public async Task What_is_wrong_with_a_key_that_is_asked_for_is_named(string body, string place)
    {
        var store = new AccountStore(_objects, _time);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => new KeysApi(store, _time).CreateAsync(new FakeRequest("POST", "keys", body), None));

        Assert.Equal((HttpStatusCode.BadRequest, "request.invalid"), (refused.Problem.Status, refused.Problem.Code));
        Assert.Equal(place, Assert.Single(refused.Problem.Errors!).Pointer);
    }

    async Task<string> MakeAsync(AccountStore store, string account = "main")
    {
        var answer = await new KeysApi(store, _time).CreateAsync(new FakeRequest("POST", $"keys?account={account}", """{ "name": "a", "role": "admin" }"""), None);
        return (string)answer.Json()["id"]!;
    }

    static async Task<string> CodeAsync(Func<Task> call) => (await Assert.ThrowsAsync<RefusedException>(call)).Problem.Code;
}
