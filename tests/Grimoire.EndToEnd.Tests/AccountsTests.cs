using System.Net;
using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Whose something is, and when it was.</summary>
[Collection(SharedApp.Name)]
[Trait("Row", "KZ20")]
public sealed class AccountsTests(AppWithFiles shared)
{
    readonly GrimoireApp _app = shared.App;

    /// <summary>The name of one begins like that of the other.</summary>
    [Fact]
    public async Task Accounts_do_not_see_each_others_casts_spells_and_tools()
    {
        string mine = await CastAsync("team");
        string others = await CastAsync("team2");
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/private?account=team", Spell("private"));
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "tools/private?account=team", new { kind = "http", request = new { url = "https://example.org" } });

        Assert.Equal([mine], await NamesAsync("casts?account=team", "casts", "id"));
        Assert.Equal([others], await NamesAsync("casts?account=team2", "casts", "id"));
        Assert.DoesNotContain("private", await NamesAsync("spells?account=team2", "spells", "slug"));
        Assert.DoesNotContain("private", await NamesAsync("tools?account=team2", "tools", "id"));
        await _app.RefusedAsync(HttpStatusCode.NotFound, "spell.notFound", "GET", "spells/private?account=team2");
        await _app.RefusedAsync(HttpStatusCode.NotFound, "spell.notFound", "POST", "spells/private/casts?account=team2", new { });
        await _app.RefusedAsync(HttpStatusCode.NotFound, "tool.notFound", "GET", "tools/private?account=team2");
    }

    [Fact]
    public async Task Casts_steps_and_attempts_say_when_they_began_changed_and_ended()
    {
        string id = await CastAsync("timekeeper");
        JsonElement cast = await _app.GetAsync($"casts/{id}");
        JsonElement step = cast.GetProperty("steps")[0];
        JsonElement attempt = (await _app.GetAsync($"casts/{id}/steps/a")).GetProperty("attempts")[0];

        DateTimeOffset[] times =
        [
            At(cast, "createdAt"), At(cast, "startedAt"), At(step, "startedAt"), At(attempt, "startedAt"), At(attempt, "endedAt"), At(step, "endedAt"), At(cast, "endedAt"),
        ];

        Assert.Equal(times.Order(), times);
        Assert.Equal(At(cast, "endedAt"), At(cast, "updatedAt"));
    }

    /// <summary>Else whoever may save a tool could have any secret of the app sent to them.</summary>
    [Fact]
    [Trait("Row", "KZ21")]
    public async Task A_tool_of_an_account_is_not_given_the_secrets_of_the_app()
    {
        object tool = new { kind = "http", request = new { method = "POST", url = new Uri(shared.Sandbox.Url, "echo").ToString(), body = new { stolen = "${secret:SANDBOX_HMAC}" } } };
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "tools/thief?account=thieves", tool);
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "tools/keeper", tool);

        JsonElement theirs = await TryAsync("tools/thief/try?account=thieves", "failed");
        JsonElement ours = await TryAsync("tools/keeper/try", "completed");

        Assert.Equal("tool.secretMissing", theirs.GetProperty("failure").GetProperty("code").GetString());
        Assert.Contains("Tools:Accounts:thieves:Secrets:SANDBOX_HMAC", theirs.GetProperty("failure").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("[secret]", ours.GetProperty("output").ToString(), StringComparison.Ordinal);
    }

    async Task<JsonElement> TryAsync(string path, string status) =>
        await _app.EndAsync((await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", path, new { inputs = new { } })).GetProperty("castId").GetString()!, status);

    async Task<string> CastAsync(string account)
    {
        JsonElement started = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts?account={account}", new { spell = Spell("timed") });
        string id = started.GetProperty("castId").GetString()!;
        await _app.EndAsync(id);
        return id;
    }

    async Task<IEnumerable<string?>> NamesAsync(string path, string list, string name) =>
        (await _app.GetAsync(path)).GetProperty(list).EnumerateArray().Select(one => one.GetProperty(name).GetString());

    static DateTimeOffset At(JsonElement what, string name) => what.GetProperty(name).GetDateTimeOffset();

    static object Spell(string slug) => new { slug, steps = (object[])[new { id = "a", tool = "json.value", with = new { value = 1 } }] };
}
