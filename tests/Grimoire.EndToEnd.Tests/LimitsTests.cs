using System.Globalization;
using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Accounts that ask for more than they may have, of the real app.</summary>
public sealed class LimitsTests(ITestOutputHelper output)
{
    static readonly object Short = new
    {
        slug = "short",
        inputs = new { type = "object", properties = new { n = new { type = "integer" } } },
        steps = (object[])[new { id = "wait", tool = "wait", with = new { @for = "PT0.2S" } }],
    };

    static readonly object Paid = new { slug = "paid", inputs = new { type = "object", properties = new { n = new { type = "integer" } } }, steps = (object[])[new { id = "pay", tool = "pay" }] };

    [Fact]
    [Trait("Row", "KZ21")]
    public async Task Of_64_callers_at_once_as_many_get_through_as_their_account_may_send_and_another_account_does_not_notice()
    {
        await using GrimoireApp app = await GrimoireApp.StartWithKeysAsync(storage: null, output);
        string operators = app.Key!;
        (string acme, _) = await app.AccountAsync("acme");
        (string other, _) = await app.AccountAsync("other");
        await app.ExpectAsync(HttpStatusCode.OK, "PUT", "accounts/acme", new { limits = new { requestsPerMinute = 100 } });

        (HttpStatusCode Status, string? Limit, string? Policy, string? RetryAfter)[][] answers = await Task.WhenAll(
            Callers(64, app, acme, "spells", times: 4), Callers(64, app, other, "spells", times: 1));

        Assert.Equal(100, answers[0].Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(156, answers[0].Count(answer => answer.Status == HttpStatusCode.TooManyRequests));
        Assert.All(answers[0], answer => Assert.Equal("\"requests\";q=100;w=60", answer.Policy));
        Assert.Equal(Enumerable.Range(0, 100), answers[0].Where(answer => answer.Status == HttpStatusCode.OK).Select(answer => Left(answer.Limit)).Order());
        Assert.All(answers[0].Where(answer => answer.RetryAfter is not null), answer => Assert.InRange(int.Parse(answer.RetryAfter!, CultureInfo.InvariantCulture), 1, 60));
        Assert.Equal(156, answers[0].Count(answer => answer.RetryAfter is not null));
        Assert.All(answers[1], answer => Assert.Equal((HttpStatusCode.OK, null), (answer.Status, answer.Limit)));

        // Not even a refusal for another reason comes without being counted; health does.
        app.Key = acme;
        await app.RefusedAsync(HttpStatusCode.TooManyRequests, "account.requests", "GET", "accounts");
        await app.GetAsync("health");
        await app.GetAsync("health/live");
        app.Key = operators;
        JsonElement account = await app.ExpectAsync(HttpStatusCode.OK, "PUT", "accounts/acme", new { limits = new { } });
        Assert.Empty(account.GetProperty("limitsInForce").EnumerateObject());
        app.Key = acme;
        await app.GetAsync("spells");
    }

    [Fact]
    [Trait("Row", "KZ18")]
    [Trait("Row", "KZ21")]
    public async Task However_many_ask_for_casts_no_more_are_in_flight_than_may_be()
    {
        await using GrimoireApp app = GrimoireApp.Of(storage: null, output);
        app.Settings["Accounts__Limits__CastsInFlight"] = "3";
        await app.RestartAsync();
        int refused = 0;

        string[] ids = await Task.WhenAll(Enumerable.Range(0, 30).Select(async n =>
        {
            while (true)
            {
                using HttpResponseMessage answer = await app.SendAsync("POST", "casts", new { spell = Short, inputs = new { n } }, ("Idempotency-Key", $"cast-{n}"));
                JsonElement body = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
                if (answer.StatusCode == HttpStatusCode.Accepted)
                {
                    return body.GetProperty("castId").GetString()!;
                }

                Assert.Equal((HttpStatusCode.TooManyRequests, "account.castsInFlight"), (answer.StatusCode, body.GetProperty("code").GetString()));
                Assert.Equal("5", answer.Headers.GetValues("Retry-After").Single());
                Interlocked.Increment(ref refused);
            }
        }));

        Assert.Equal(30, ids.Distinct().Count());
        Assert.NotEqual(0, refused);
        Assert.Equal(3, await MostAtOnceAsync(app, ids));
        string again = await app.CastAsync(Short, new { n = 0 }, "cast-0");
        Assert.Equal(ids[0], again);
    }

    [Fact]
    [Trait("Row", "KZ03")]
    [Trait("Row", "KZ18")]
    public async Task What_is_in_flight_is_known_after_the_app_was_killed()
    {
        await using GrimoireApp app = GrimoireApp.Of(storage: null, output);
        app.Settings["Accounts__Limits__CastsInFlight"] = "2";
        await app.RestartAsync();
        object patient = new { slug = "patient", steps = (object[])[new { id = "sub", spell = "inner" }] };
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/inner", new { steps = (object[])[new { id = "wait", tool = "wait", with = new { @for = "PT1H" } }] });
        string first = await app.CastAsync(patient);
        string second = await app.CastAsync(patient);
        await Eventually.SeeAsync(() => app.GetAsync("casts?children=true&status=running"), page => page.GetProperty("casts").GetArrayLength() == 4, app.Process);

        await app.Process.KillAsync();
        await app.RestartAsync();

        await app.RefusedAsync(HttpStatusCode.TooManyRequests, "account.castsInFlight", "POST", "casts", new { spell = Short });
        await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{first}/cancel");
        await app.EndAsync(first, "cancelled");
        await app.EndAsync(await app.CastAsync(Short));
        await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{second}/cancel");
        await app.EndAsync(second, "cancelled");
    }

    [Fact]
    [Trait("Row", "KZ18")]
    [Trait("Row", "UX10")]
    public async Task A_cook_waits_for_room_and_all_of_its_pieces_are_cast()
    {
        await using GrimoireApp app = GrimoireApp.Of(storage: null, output);
        app.Settings["Accounts__Limits__CastsInFlight"] = "2";
        await app.RestartAsync();

        string cook = await CookAsync(app, Short, pieces: 24, concurrency: 10);
        JsonElement held = await Eventually.SeeAsync(() => app.GetAsync($"cooks/{cook}"), now => now.TryGetProperty("hold", out _), app.Process);
        JsonElement end = await EndAsync(app, cook);

        Assert.Equal("account.castsInFlight", held.GetProperty("hold").GetProperty("code").GetString());
        Assert.Contains("2 casts in flight", held.GetProperty("hold").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(24, end.GetProperty("progress").GetProperty("completed").GetInt32());
        Assert.False(end.TryGetProperty("hold", out _));
        JsonElement pieces = await app.GetAsync($"cooks/{cook}/pieces?top=200");
        Assert.InRange(await MostAtOnceAsync(app, [.. pieces.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetProperty("castId").GetString()!)]), 1, 2);
    }

    [Fact]
    [Trait("Row", "UX06")]
    [Trait("Row", "KZ21")]
    public async Task What_an_account_has_spent_stops_its_next_cast_and_says_so()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await StartAsync(sandbox);
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "accounts/acme", new { limits = new { spendPerDayUsd = 0.03, spendPerMonthUsd = 0.05 } });
        string first = await CastAsync(app, "acme");
        await app.EndAsync(first);
        await app.EndAsync(await CastAsync(app, "acme"));
        await app.EndAsync(await CastAsync(app, "acme"));

        using HttpResponseMessage answer = await app.SendAsync("POST", "casts?account=acme", new { spell = Paid });
        JsonElement refused = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());

        Assert.Equal((HttpStatusCode.TooManyRequests, "account.spendPerDay"), (answer.StatusCode, refused.GetProperty("code").GetString()));
        Assert.Contains("may spend 0.03 USD a day, and has spent 0.03", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.InRange(int.Parse(answer.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, 86_400);
        await app.RefusedAsync(HttpStatusCode.TooManyRequests, "account.spendPerDay", "POST", $"casts/{first}/redrive", new { fromStep = "pay" });
        await app.RefusedAsync(
            HttpStatusCode.TooManyRequests, "account.spendPerDay", "POST", "runs?account=acme", new { plan = new { goal = "g", steps = (object[])[new { name = "pay", tool = "pay", inputs = new { } }] } });
        await app.EndAsync(await CastAsync(app, "other"));

        // Pieces of cooks are not refused: they wait until there is money again, and then for the next limit.
        string cook = await CookAsync(app, Paid, pieces: 4, concurrency: 1, account: "acme");
        await HeldAsync(app, cook, "account.spendPerDay");
        await app.ExpectAsync(HttpStatusCode.OK, "PUT", "accounts/acme", new { limits = new { spendPerMonthUsd = 0.05 } });
        JsonElement held = await HeldAsync(app, cook, "account.spendPerMonth");
        Assert.Equal(2, held.GetProperty("progress").GetProperty("completed").GetInt32());
        JsonElement now = (await app.GetAsync("usage?account=acme")).GetProperty("now");
        Assert.Equal((0.05m, 0.05m), (now.GetProperty("spentThisMonthUsd").GetDecimal(), now.GetProperty("limits").GetProperty("spendPerMonthUsd").GetDecimal()));
        await app.ExpectAsync(HttpStatusCode.OK, "PUT", "accounts/acme", new { limits = new { } });
        Assert.Equal(4, (await EndAsync(app, cook)).GetProperty("progress").GetProperty("completed").GetInt32());
        Assert.Equal(8, (await sandbox.CallsAsync("/paid")).Count);
    }

    static Task<JsonElement> HeldAsync(GrimoireApp app, string cook, string code) => Eventually.SeeAsync(
        () => app.GetAsync($"cooks/{cook}"), now => now.TryGetProperty("hold", out JsonElement hold) && hold.GetProperty("code").GetString() == code, app.Process);

    static async Task<(HttpStatusCode, string?, string?, string?)[]> Callers(int callers, GrimoireApp app, string key, string path, int times) =>
        (await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var answers = new List<(HttpStatusCode, string?, string?, string?)>();
            for (int i = 0; i < times; i++)
            {
                using HttpResponseMessage answer = await app.SendAsync("GET", path, null, ("Authorization", "Bearer " + key));
                answers.Add((answer.StatusCode, Header(answer, "RateLimit"), Header(answer, "RateLimit-Policy"), Header(answer, "Retry-After")));
            }

            return answers;
        })))).SelectMany(answers => answers).ToArray();

    static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(",", values) : null;

    static int Left(string? limit) => int.Parse(limit!.Split(";r=")[1].Split(';')[0], CultureInfo.InvariantCulture);

    /// <summary>How many of these casts ran at the same time, by their journals.</summary>
    static async Task<int> MostAtOnceAsync(GrimoireApp app, IReadOnlyList<string> ids)
    {
        var turns = new List<(DateTimeOffset At, int Change)>();
        foreach (string id in ids)
        {
            JsonElement cast = await app.EndAsync(id);
            turns.Add((cast.GetProperty("startedAt").GetDateTimeOffset(), 1));
            turns.Add((cast.GetProperty("endedAt").GetDateTimeOffset(), -1));
        }

        var (now, most) = (0, 0);
        foreach ((_, int change) in turns.OrderBy(turn => turn.At).ThenBy(turn => turn.Change))
        {
            now += change;
            most = Math.Max(most, now);
        }

        return most;
    }

    static async Task<GrimoireApp> StartAsync(SandboxProcess sandbox)
    {
        GrimoireApp app = await GrimoireApp.StartAsync(storage: null);
        foreach (string account in (string[])["acme", "other"])
        {
            await app.ExpectAsync(HttpStatusCode.Created, "PUT", $"tools/pay?account={account}", new
            {
                kind = "http",
                request = new { method = "POST", url = new Uri(sandbox.Url, "paid").ToString(), body = new { value = 1 } },
                response = new { costUsd = "${response.body.costUsd}" },
            });
        }

        return app;
    }

    static async Task<string> CastAsync(GrimoireApp app, string account) =>
        (await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts?account={account}", new { spell = Paid })).GetProperty("castId").GetString()!;

    static async Task<string> CookAsync(GrimoireApp app, object spell, int pieces, int concurrency, string account = "main") => (await app.ExpectAsync(
        HttpStatusCode.Accepted, "POST", $"cooks?account={account}", new { spell, pieces = Enumerable.Range(0, pieces).Select(n => new { n }), concurrency })).GetProperty("cookId").GetString()!;

    static Task<JsonElement> EndAsync(GrimoireApp app, string cook) =>
        Eventually.SeeAsync(() => app.GetAsync($"cooks/{cook}"), now => now.GetProperty("status").GetString() is "completed" or "failed" or "cancelled", app.Process);
}
