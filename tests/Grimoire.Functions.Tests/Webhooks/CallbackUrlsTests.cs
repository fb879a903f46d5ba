using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Webhooks;
using Grimoire.Webhooks;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Tests.Webhooks;

/// <summary>An address at which one attempt is called back, and no other.</summary>
[Trait("Row", "UX08")]
public sealed class CallbackUrlsTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly string OldKey = new('o', 40);
    static readonly string NewKey = new('n', 40);

    readonly FaultyObjects _objects = new();

    [Fact]
    public async Task It_is_good_for_its_attempt_until_it_expires_and_for_no_other()
    {
        using var urls = Urls();
        var token = await TokenAsync(urls);

        Assert.Equal(SignatureOutcome.Valid, (await urls.CheckAsync(token, World.Key(), Now.AddSeconds(59), default)).Outcome);
        Assert.Equal(SignatureOutcome.Expired, (await urls.CheckAsync(token, World.Key(), Now.AddMinutes(1), default)).Outcome);
        Assert.Equal(SignatureOutcome.Forged, (await urls.CheckAsync(token, World.Key(attempt: 2), Now, default)).Outcome);
        Assert.Equal(SignatureOutcome.Forged, (await urls.CheckAsync(token, World.Key(item: 0), Now, default)).Outcome);
        Assert.Equal(SignatureOutcome.Missing, (await urls.CheckAsync(null, World.Key(), Now, default)).Outcome);
    }

    [Fact]
    public async Task Two_processes_that_start_at_once_sign_with_one_key()
    {
        using var one = Urls();
        using var other = Urls();
        Task<string> slow;
        string fast;
        using (var held = _objects.Hold("keys/*", StoreOperation.Create))
        {
            slow = TokenAsync(one);
            await held.Reached;
            held.Fault!.Lift();
            fast = await TokenAsync(other);
        }

        Assert.Equal(fast, await slow);
        using var later = Urls();
        Assert.Equal(fast, await TokenAsync(later));
    }

    [Fact]
    public async Task The_key_that_is_made_is_read_once()
    {
        using var urls = Urls();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TokenAsync(urls)));

        Assert.Equal(2, _objects.Count());
    }

    [Fact]
    public async Task Keys_of_the_settings_can_be_changed_while_casts_wait()
    {
        using var before = Urls(OldKey);
        using var during = Urls(NewKey, OldKey);
        using var after = Urls(NewKey);
        var token = await TokenAsync(before);

        Assert.Equal(SignatureOutcome.Valid, (await during.CheckAsync(token, World.Key(), Now, default)).Outcome);
        Assert.Equal(SignatureOutcome.Forged, (await after.CheckAsync(token, World.Key(), Now, default)).Outcome);
        Assert.Equal(SignatureOutcome.Valid, (await after.CheckAsync(await TokenAsync(during), World.Key(), Now, default)).Outcome);
        Assert.Equal(0, _objects.Count());
    }

    [Fact]
    public async Task Storage_that_is_away_gives_no_address_and_is_asked_again()
    {
        using var urls = Urls();
        using (_objects.Fail("keys/*"))
        {
            await Assert.ThrowsAsync<StorageException>(() => TokenAsync(urls));
        }

        Assert.NotEmpty(await TokenAsync(urls));
    }

    [Theory]
    [InlineData(null, null, "http://localhost:7071/api/webhooks/")]
    [InlineData(null, "localhost:8080", "http://localhost:8080/api/webhooks/")]
    [InlineData(null, "127.0.0.1:5000", "http://127.0.0.1:5000/api/webhooks/")]
    [InlineData(null, "app.example.net", "https://app.example.net/api/webhooks/")]
    [InlineData("https://grimoire.example/here/", "app.example.net", "https://grimoire.example/here/api/webhooks/")]
    public async Task It_is_where_the_settings_say_or_else_where_the_host_is(string? set, string? host, string starts)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("WEBSITE_HOSTNAME", host)]).Build();
        using var urls = new CallbackUrls(_objects, new WebhookOptions { BaseUrl = set is null ? null : new Uri(set), Keys = [OldKey] }, configuration);

        var url = await urls.OfAsync(World.Key(item: 3), Now, default);

        Assert.StartsWith($"{starts}{World.Cast}/one/1?item=3&token=v1.", url, StringComparison.Ordinal);
    }

    CallbackUrls Urls(params string[] keys) => new(_objects, new WebhookOptions { BaseUrl = new Uri("https://grimoire.example/"), Keys = keys }, new ConfigurationBuilder().Build());

    static async Task<string> TokenAsync(CallbackUrls urls) => (await urls.OfAsync(World.Key(), Now.AddMinutes(1), default)).Split("token=")[1];
}
