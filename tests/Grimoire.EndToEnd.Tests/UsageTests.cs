using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>What accounts have used, of the real app.</summary>
public sealed class UsageTests(ITestOutputHelper output)
{
    const int Casts = 40;

    /// <summary>Costs twice, once in a sub-cast.</summary>
    static readonly object Outer = new
    {
        slug = "outer",
        steps = (object[])
        [
            new { id = "pay", tool = "pay", retry = Patient },
            new { id = "free", tool = "json.value", with = new { value = 1 }, retry = Patient },
            new { id = "sub", spell = "inner" },
        ],
    };

    static readonly object Inner = new { slug = "inner", steps = (object[])[new { id = "pay", tool = "pay", retry = Patient }] };

    static object Patient => new { maxAttempts = 20, firstInterval = "PT0.1S", backoff = 1 };

    [Fact]
    [Trait("Row", "UX06")]
    [Trait("Row", "KZ03")]
    public async Task The_usage_of_a_day_is_what_its_casts_have_cost_also_if_the_app_was_killed()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = GrimoireApp.Of(storage: null, output);
        app.Settings["Casts__Lease"] = "00:00:02";
        await app.RestartAsync();
        await ToolsAsync(app, sandbox, "main");
        await sandbox.SetFaultAsync(new SandboxFault("slow", "/paid") { Probability = 0.5, Seed = 4, Ms = 250 });
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/inner", Inner);
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/outer", Outer);

        string[] ids = await Task.WhenAll(Enumerable.Range(0, Casts).Select(_ => app.CastAsync(Outer)));
        await Eventually.SeeAsync(async () => (await sandbox.CallsAsync("/paid", take: 1)).Count, count => count >= Casts, app.Process);
        await app.Process.KillAsync();
        await app.RestartAsync();
        var (costUsd, attempts) = (0m, 0);
        foreach (string id in ids)
        {
            JsonElement cast = await app.EndAsync(id);
            costUsd += cast.GetProperty("costUsd").GetDecimal();
            attempts += await AttemptsAsync(app, id, "pay", "free") + await AttemptsAsync(app, $"{id}~sub.1", "pay");
        }

        JsonElement usage = await app.GetAsync("usage");
        Assert.Equal(Casts * 0.02m, costUsd);
        Assert.Equal((Casts, 0, costUsd, attempts), Sum(usage.GetProperty("totals")));
        Assert.Equal(usage.GetProperty("now").GetProperty("spentTodayUsd").GetDecimal(), Sum(usage.GetProperty("rows").EnumerateArray().Last()).CostUsd);

        JsonElement spells = await app.GetAsync("usage?by=spell");
        Assert.Equal("outer", Assert.Single(spells.GetProperty("rows").EnumerateArray()).GetProperty("spell").GetString());
        Assert.Equal((Casts, 0, costUsd, attempts), Sum(spells.GetProperty("rows")[0]));
        JsonElement tools = await app.GetAsync("usage?by=tool");
        Assert.Equal(["pay", "json.value"], tools.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("tool").GetString()));
        Assert.Equal((0, 0, costUsd), (Sum(tools.GetProperty("rows")[0]).Completed, Sum(tools.GetProperty("rows")[0]).Failed, Sum(tools.GetProperty("rows")[0]).CostUsd));
        Assert.Equal(attempts, tools.GetProperty("rows").EnumerateArray().Sum(row => row.GetProperty("attempts").GetInt32()));
    }

    [Fact]
    [Trait("Row", "UX06")]
    public async Task Each_account_sees_its_own_and_operators_see_all()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await GrimoireApp.StartWithKeysAsync(storage: null, output);
        string operators = app.Key!;
        (string acme, _) = await app.AccountAsync("acme");
        (string other, _) = await app.AccountAsync("other");
        await ToolsAsync(app, sandbox, "acme");
        object paid = new { slug = "paid", steps = (object[])[new { id = "pay", tool = "pay" }] };
        app.Key = acme;
        await app.EndAsync(await app.CastAsync(paid));
        await app.EndAsync(await app.CastAsync(new { slug = "fails", steps = (object[])[new { id = "a", tool = "json.parse", with = new { text = "no json" } }] }), "failed");

        JsonElement mine = await app.GetAsync("usage?by=spell");
        string csv = await TextAsync(app, "usage?by=spell&format=csv");
        string byTool = await TextAsync(app, "usage?by=tool&format=csv");
        await app.RefusedAsync(HttpStatusCode.Forbidden, "auth.account", "GET", "usage?account=other");
        await app.RefusedAsync(HttpStatusCode.Forbidden, "auth.account", "GET", "usage?by=account");
        app.Key = other;
        JsonElement others = await app.GetAsync("usage");
        app.Key = operators;
        JsonElement all = await app.GetAsync("usage?by=account");
        JsonElement asked = await app.GetAsync("usage?account=acme&by=account");

        Assert.Equal((1, 1, 0.01m, 2), Sum(mine.GetProperty("totals")));
        Assert.Equal("spell,completed,failed,cancelled,attempts,costUsd\r\npaid,1,0,0,1,0.01\r\nfails,0,1,0,1,0\r\n", csv);
        Assert.Equal("tool,attempts,costUsd\r\npay,1,0.01\r\njson.parse,1,0\r\n", byTool);
        Assert.Equal(((0, 0, 0m, 0), 0), (Sum(others.GetProperty("totals")), others.GetProperty("rows").GetArrayLength()));
        Assert.Equal("acme", Assert.Single(all.GetProperty("rows").EnumerateArray()).GetProperty("account").GetString());
        Assert.Equal((1, 1, 0.01m, 2), Sum(all.GetProperty("rows")[0]));
        Assert.False(all.TryGetProperty("account", out _));
        Assert.Equal("acme", asked.GetProperty("account").GetString());
    }

    static async Task<int> AttemptsAsync(GrimoireApp app, string cast, params string[] steps)
    {
        int attempts = 0;
        foreach (string step in steps)
        {
            attempts += (await app.GetAsync($"casts/{cast}/steps/{step}")).GetProperty("attempts").GetArrayLength();
        }

        return attempts;
    }

    static (int Completed, int Failed, decimal CostUsd, int Attempts) Sum(JsonElement sum) => (
        sum.TryGetProperty("casts", out JsonElement casts) ? casts.GetProperty("completed").GetInt32() : 0,
        casts.ValueKind == JsonValueKind.Object ? casts.GetProperty("failed").GetInt32() : 0,
        sum.GetProperty("costUsd").GetDecimal(),
        sum.GetProperty("attempts").GetInt32());

    static async Task<string> TextAsync(GrimoireApp app, string path)
    {
        using HttpResponseMessage answer = await app.Process.ExpectAsync(HttpStatusCode.OK, app.SendAsync("GET", path));
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync();
    }

    static Task<JsonElement> ToolsAsync(GrimoireApp app, SandboxProcess sandbox, string account) => app.ExpectAsync(HttpStatusCode.Created, "PUT", $"tools/pay?account={account}", new
    {
        kind = "http",
        request = new { method = "POST", url = new Uri(sandbox.Url, "paid").ToString(), body = new { value = 1 } },
        response = new { costUsd = "${response.body.costUsd}" },
    });
}
