using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Two accounts that try everything against each other, by every route that the app describes.</summary>
[Trait("Row", "KZ20")]
[Trait("Row", "KZ21")]
public sealed partial class IsolationTests(ITestOutputHelper output)
{
    /// <summary>Whatever the first account has, has this in it.</summary>
    const string Mark = "for-the-eyes-of-acme-only";

    [Fact]
    public async Task No_route_tells_or_changes_what_belongs_to_another_account()
    {
        await using GrimoireApp app = await GrimoireApp.StartWithKeysAsync(storage: null, output);
        (string acme, string keyId) = await app.AccountAsync("acme");
        (string other, _) = await app.AccountAsync("other");
        app.Key = acme;
        Ids theirs = await FillAsync(app, keyId);
        string before = await LookAsync(app, theirs);
        app.Key = other;
        await app.ExpectAsync(HttpStatusCode.OK, "GET", "casts");
        var nobodys = new Ids("other-" + new string('0', 19), "other.cook-" + new string('0', 19), keyId);

        int tried = 0;
        foreach ((string method, string path, bool takesAccount) in await OperationsAsync(app))
        {
            string body = path.EndsWith("/answer", StringComparison.Ordinal) ? """{"approved":true,"by":"other"}""" : method is "put" or "post" ? "{}" : "";
            string named = Filled(path, theirs);
            if (takesAccount)
            {
                await AssertNothingAsync(app, method, named + "?account=acme", body, HttpStatusCode.Forbidden);
                tried++;
            }

            if (named != path && method != "put")
            {
                string got = await AssertNothingAsync(app, method, named, body, HttpStatusCode.NotFound, HttpStatusCode.Forbidden);
                tried++;

                // As if it were not there.
                string unknown = await AssertNothingAsync(app, method, Filled(path, nobodys), body, HttpStatusCode.NotFound, HttpStatusCode.Forbidden);
                Assert.Equal(unknown.Replace(nobodys.Cast, theirs.Cast, StringComparison.Ordinal).Replace(nobodys.Cook, theirs.Cook, StringComparison.Ordinal), got);
            }
            else if (named == path && method == "get")
            {
                await AssertNothingAsync(app, method, path, body, HttpStatusCode.OK, HttpStatusCode.Forbidden);
                tried++;
            }
        }

        foreach (string start in (string[])["casts", "runs"])
        {
            await app.RefusedAsync(HttpStatusCode.Forbidden, "auth.account", "POST", start, StartFor("acme", start));
        }

        await app.ExpectAsync(HttpStatusCode.NotFound, "POST", "casts", new { slug = "private" });
        await app.RefusedAsync(HttpStatusCode.NotFound, "cook.notFound", "GET", $"casts?cook={theirs.Cook}");
        await app.RefusedAsync(HttpStatusCode.NotFound, "spell.notFound", "POST", "cooks", new { spell = "private", pieces = (object[])[new { }] });
        Assert.True(tried > 70, $"Only {tried} requests were tried.");
        app.Key = acme;
        Assert.Equal(before, await LookAsync(app, theirs));
    }

    [Fact]
    public async Task The_page_of_another_account_does_not_go_on_here()
    {
        await using GrimoireApp app = await GrimoireApp.StartWithKeysAsync(storage: null, output);
        (string acme, _) = await app.AccountAsync("acme");
        (string other, _) = await app.AccountAsync("other");
        app.Key = acme;
        await app.EndAsync(await app.CastAsync(Page()));
        await app.EndAsync(await app.CastAsync(Page()));
        string next = Uri.EscapeDataString((await app.GetAsync("casts?top=1")).GetProperty("continuation").GetString()!);

        app.Key = other;
        using HttpResponseMessage response = await app.SendAsync("GET", $"casts?top=1&continuation={next}");

        Assert.DoesNotContain("acme-", (await response.Content.ReadAsStringAsync()).Replace(next, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_addresses_of_Durable_Functions_which_open_every_account_are_for_operators()
    {
        await using GrimoireApp app = await GrimoireApp.StartWithKeysAsync(storage: null, output);
        object body = new { spell = Page() };
        JsonElement operators = await app.ExpectAsync(HttpStatusCode.Accepted, "POST", "casts", body);
        (app.Key, _) = await app.AccountAsync("acme");

        JsonElement started = await app.ExpectAsync(HttpStatusCode.Accepted, "POST", "casts", body);
        using HttpResponseMessage direct = await app.Process.Http.GetAsync($"runtime/webhooks/durabletask/instances/{started.GetProperty("castId").GetString()}");

        Assert.True(operators.TryGetProperty("statusQueryGetUri", out _));
        Assert.Equal(["castId", "id", "links"], started.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, direct.StatusCode);
        await app.EndAsync(started.GetProperty("castId").GetString()!);
    }

    /// <summary>One of everything that an account may have.</summary>
    static async Task<Ids> FillAsync(GrimoireApp app, string keyId)
    {
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/private", Page());
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "tools/private", new { name = Mark, kind = "http", request = new { url = "https://example.org" } });
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "notifications/private", new { url = $"https://example.org/{Mark}", events = (string[])["step.failed"] });
        JsonElement started = await app.ExpectAsync(HttpStatusCode.Accepted, "POST", "spells/private/casts", new { });
        string id = started.GetProperty("castId").GetString()!;
        await app.EndAsync(id);
        JsonElement cook = await app.ExpectAsync(HttpStatusCode.Accepted, "POST", "cooks", new { spell = "private", name = Mark, pieces = (object[])[new { }] });
        var ids = new Ids(id, cook.GetProperty("cookId").GetString()!, keyId);
        await Eventually.SeeAsync(() => app.GetAsync($"cooks/{ids.Cook}"), now => now.GetProperty("runtimeStatus").GetString() == "Completed", app.Process);
        return ids;
    }

    /// <summary>All of it, as its owner sees it.</summary>
    static async Task<string> LookAsync(GrimoireApp app, Ids ids)
    {
        string[] paths =
        [
            "casts", "spells", "tools", "notifications", "keys", "spells/private/versions", "notifications/private", "tools/private", $"keys/{ids.Key}", $"casts/{ids.Cast}", $"casts/{ids.Cast}/events",
            $"casts/{ids.Cast}/steps", $"casts/{ids.Cast}/artifacts", "cooks", $"cooks/{ids.Cook}", $"cooks/{ids.Cook}/pieces",
        ];
        var seen = new List<string>();
        foreach (string path in paths)
        {
            seen.Add($"{path}: {await app.GetAsync(path)}");
        }

        string all = string.Join('\n', seen);
        Assert.Contains(Mark, all, StringComparison.Ordinal);
        return all;
    }

    static async Task<string> AssertNothingAsync(GrimoireApp app, string method, string path, string body, params HttpStatusCode[] wanted)
    {
        using HttpResponseMessage response = await app.SendAsync(method.ToUpperInvariant(), path.TrimStart('/'), body.Length == 0 ? null : body, ("Idempotency-Key", "theirs"));
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(wanted.Contains(response.StatusCode), $"{method} {path} was answered {response.StatusCode}: {text}");
        Assert.DoesNotContain(Mark, text, StringComparison.Ordinal);
        return text;
    }

    static async Task<List<(string Method, string Path, bool TakesAccount)>> OperationsAsync(GrimoireApp app) =>
    [
        .. from path in (await app.GetAsync("openapi.json")).GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           where !operation.Value.TryGetProperty("security", out _)
           select (operation.Name, path.Name, operation.Value.GetProperty("parameters").EnumerateArray().Any(parameter => parameter.GetProperty("$ref").GetString()!.EndsWith("/query.account", StringComparison.Ordinal))),
    ];

    static string Filled(string path, Ids ids) => Placeholders().Replace(path, match => (match.Value, path.Split('/')[1]) switch
    {
        ("{id}", "casts" or "runs" or "deadletters") => ids.Cast,
        ("{id}", "cooks") => ids.Cook,
        ("{id}", "keys") => ids.Key,
        ("{name}", "casts" or "runs") => "page/page.txt",
        ("{name}", "accounts") => "acme",
        ("{step}", _) => "page",
        ("{version}", _) => "1",
        _ => "private",
    });

    static object Page() => new { slug = "private", description = Mark, steps = (object[])[new { id = "page", tool = "text.artifact", with = new { name = "page.txt", text = Mark } }] };

    static object StartFor(string account, string what) => what == "runs"
        ? new { account, plan = new { goal = "g", steps = (object[])[new { name = "a", tool = "json.value", inputs = new { value = 1 } }] } }
        : new { account, spell = Page() };

    sealed record Ids(string Cast, string Cook, string Key);

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholders();
}
