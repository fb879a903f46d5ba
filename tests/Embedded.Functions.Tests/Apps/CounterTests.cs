using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Embedded.Functions.Tests.Support;

namespace Embedded.Functions.Tests.Apps;

/// <summary>Entities: signalled, read, called, locked, and starting orchestrations.</summary>
[Trait("Row", "AZ10")]
public sealed class CounterTests(CounterApp counter) : IClassFixture<CounterApp>
{
    const string Entities = "runtime/webhooks/durabletask/entities";

    readonly AppProcess _app = counter.Process;
    readonly string _key = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Concurrent_signals_all_count()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => SignalAsync("Add/3")));

        await SeeCounterAsync("600");
    }

    [Fact]
    public async Task A_counter_that_nobody_signalled_is_not_there()
    {
        using HttpResponseMessage response = await _app.ExpectAsync(HttpStatusCode.NotFound, _app.Http.GetAsync($"v1/counters/{_key}"));
    }

    [Fact]
    public async Task An_orchestration_calls_a_counter_and_signals_another_one()
    {
        StartedInstance countUp = await StartedInstance.OfAsync(
            _app, _app.Http.PostAsJsonAsync($"v1/count-ups?code={counter.App.Keys.Function}", new { key = _key, steps = 12 }));

        Assert.Equal(12, (await countUp.EndAsync()).GetProperty("output").GetInt32());
        await SeeCounterAsync("12");
        await SeeCounterAsync("12", "all");
    }

    [Fact]
    public async Task A_counter_starts_an_orchestration_at_every_hundred()
    {
        await SignalAsync("Add/99");
        await SignalAsync("Add/1");
        await SignalAsync("Add/250");

        await SeeCounterAsync("350");
        foreach (int hundred in new[] { 100, 300 })
        {
            JsonElement end = await StartedInstance.OfId(_app, counter.App.Keys, $"{_key}-{hundred}").EndAsync();
            Assert.Equal($"{hundred}!", end.GetProperty("output").GetString());
        }
    }

    [Fact]
    public async Task Deletion_is_for_administrators()
    {
        await SignalAsync("Add/1");
        await SeeCounterAsync("1");
        using HttpResponseMessage refused = await _app.ExpectAsync(
            HttpStatusCode.Unauthorized, _app.Http.DeleteAsync($"v1/counters/{_key}?code={counter.App.Keys.Function}"));

        using HttpResponseMessage accepted = await _app.ExpectAsync(
            HttpStatusCode.Accepted, _app.Http.DeleteAsync($"v1/counters/{_key}?code={counter.App.Keys.Master}"));

        await Eventually.SeeAsync(
            async () => (await _app.Http.GetAsync($"v1/counters/{_key}")).StatusCode, status => status == HttpStatusCode.NotFound, _app);
    }

    [Fact]
    [Trait("Row", "AZ07")]
    public async Task The_entities_api_signals_shows_lists_and_deletes()
    {
        string entity = $"{Entities}/Counter/{_key}?code={counter.App.Keys.Durable}";
        await AcceptAsync(_app.Http.PostAsync($"{entity}&op=Add", new StringContent("7", Encoding.UTF8, "application/json")));
        await SeeCounterAsync("7");

        Assert.Equal("7", await _app.Http.GetStringAsync(entity));
        JsonElement[] list = (await _app.Http.GetFromJsonAsync<JsonElement[]>($"{Entities}/Counter?fetchState=true&code={counter.App.Keys.Durable}"))!;
        JsonElement listed = Assert.Single(list, e => e.GetProperty("entityId").GetProperty("key").GetString() == _key);
        Assert.Equal(7, listed.GetProperty("state").GetInt32());
        using HttpResponseMessage refused = await _app.ExpectAsync(HttpStatusCode.Unauthorized, _app.Http.GetAsync($"{Entities}/Counter/{_key}"));
        await AcceptAsync(_app.Http.DeleteAsync(entity));
        await Eventually.SeeAsync(async () => (await _app.Http.GetAsync(entity)).StatusCode, status => status == HttpStatusCode.NotFound, _app);
    }

    [Fact]
    public async Task Transfers_under_way_at_once_neither_make_nor_lose_money()
    {
        string[] owners = ["ann", "bob", "cas", "dan"];
        foreach (string owner in owners)
        {
            await DepositAsync(owner, 100);
        }

        StartedInstance[] transfers = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => StartedInstance.OfAsync(
            _app,
            _app.Http.PostAsJsonAsync("v1/transfers", new { from = owners[n % 4] + _key, to = owners[(n + 1 + (n % 3)) % 4] + _key, amount = n == 30 ? 401 : 45 }))));
        JsonElement[] ends = await Task.WhenAll(transfers.Select(transfer => transfer.EndAsync()));

        int[] balances = await Task.WhenAll(owners.Select(BalanceAsync));
        Assert.Equal(400, balances.Sum());
        Assert.All(balances, balance => Assert.InRange(balance, 0, 400));
        Assert.Contains(ends, end => end.GetProperty("output").GetBoolean());
        Assert.Contains(ends, end => !end.GetProperty("output").GetBoolean());
    }

    [Fact]
    public async Task An_operation_that_fails_fails_its_caller_and_changes_nothing()
    {
        await DepositAsync("eve", 10);
        StartedInstance withdrawal = await StartedInstance.OfAsync(
            _app, _app.Http.PostAsJsonAsync("v1/transfers", new { from = "eve" + _key, to = string.Empty, amount = 11 }));

        JsonElement end = await withdrawal.EndAsync("Failed");

        Assert.Contains($"eve{_key} cannot owe 1.", end.GetProperty("output").GetString());
        Assert.Equal(10, await BalanceAsync("eve"));
    }

    [Fact]
    public void Its_hub_has_the_name_that_a_setting_gives() => Assert.True(File.Exists(Path.Combine(counter.App.StateFolder, "CountedHere.db")));

    Task SignalAsync(string operation) => AcceptAsync(_app.Http.PostAsync($"v1/counters/{_key}/{operation}", null));

    Task<string> SeeCounterAsync(string value, string? key = null) => Eventually.SeeAsync(
        () => ReadAsync($"v1/counters/{key ?? _key}"), seen => seen == value, _app);

    async Task DepositAsync(string owner, int amount)
    {
        string account = $"{Entities}/Account/{owner}{_key}?code={counter.App.Keys.Durable}";
        await AcceptAsync(_app.Http.PostAsync($"{account}&op=Deposit", JsonContent.Create(amount)));
        await Eventually.SeeAsync(() => ReadAsync(account), seen => seen == $"{amount}", _app);
    }

    async Task<int> BalanceAsync(string owner) =>
        await _app.Http.GetFromJsonAsync<int>($"{Entities}/Account/{owner}{_key}?code={counter.App.Keys.Durable}");

    async Task<string> ReadAsync(string url) => await (await _app.Http.GetAsync(url)).Content.ReadAsStringAsync();

    async Task AcceptAsync(Task<HttpResponseMessage> response) => (await _app.ExpectAsync(HttpStatusCode.Accepted, response)).Dispose();
}
