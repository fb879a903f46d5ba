using System.Net;
using System.Text;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Whichever way a spell, its inputs or the id of a cast come in, the same is asked of them.</summary>
[Collection(SharedApp.Name)]
[Trait("Row", "SP08")]
public sealed class EntryPointTests(AppWithFiles shared)
{
    static readonly object[] Wrong =
    [
        new { id = "a", tool = "nobody.has", with = new { text = "${inputs.text}" } },
        new { id = "b", tool = "text.case", with = new { text = "${steps.c.output}", to = "sideways" } },
    ];

    readonly GrimoireApp _app = shared.App;

    [Fact]
    public async Task A_spell_that_is_wrong_is_wrong_in_the_same_way_wherever_it_is_sent()
    {
        string[] said = Errors(await _app.ExpectAsync(HttpStatusCode.OK, "POST", "spells/validate", new { spell = new { slug = "wrong", steps = Wrong } }));
        Assert.Equal(3, said.Length);

        Assert.Equal(said, Errors(await _app.RefusedAsync(HttpStatusCode.UnprocessableEntity, "spell.invalid", "PUT", "spells/wrong", new { steps = Wrong })));
        Assert.Equal(said, Errors(await _app.RefusedAsync(HttpStatusCode.UnprocessableEntity, "spell.invalid", "POST", "casts", new { spell = new { slug = "wrong", steps = Wrong } })));
        object[] planned = [new { name = "a", tool = "nobody.has", inputs = new { text = "${inputs.text}" } }, new { name = "b", tool = "text.case", inputs = new { text = "${steps.c.output}", to = "sideways" } }];
        Assert.Equal(said, Errors(await _app.RefusedAsync(HttpStatusCode.UnprocessableEntity, "spell.invalid", "POST", "runs", new { plan = new { steps = planned } })));
        await _app.RefusedAsync(HttpStatusCode.NotFound, "spell.notFound", "GET", "spells/wrong");
    }

    [Fact]
    public async Task Inputs_that_do_not_fit_are_refused_in_the_same_words_wherever_a_cast_is_started()
    {
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/greeting?account=entries", Samples.Greeting);
        JsonElement good = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "spells/greeting/casts?account=entries", new { inputs = new { name = "Ada" } });
        string id = good.GetProperty("castId").GetString()!;
        await _app.EndAsync(id);
        var inputs = new { name = 5, other = 1 };

        string[] said = Errors(await RefusedAsync("spells/greeting/casts?account=entries", new { inputs }));

        Assert.Equal(2, said.Length);
        Assert.Equal(said, Errors(await RefusedAsync("casts?account=entries", new { slug = "greeting", inputs })));
        Assert.Equal(said, Errors(await RefusedAsync("casts?account=entries", new { spell = Samples.Greeting, inputs })));
        Assert.Equal(said, Errors(await RefusedAsync($"casts/{id}/redrive", new { fromStep = "hello", inputs })));
        Assert.Single((await _app.GetAsync("casts?account=entries")).GetProperty("casts").EnumerateArray());
    }

    [Fact]
    public async Task An_orchestration_that_is_started_past_the_API_finds_no_manifest_and_runs_nothing()
    {
        const string id = "direct-0000000000000000000";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"runtime/webhooks/durabletask/orchestrators/CastSpell/{id}?code={_app.Keys.Durable}")
        {
            Content = new StringContent($$"""{"castId":"{{id}}"}""", Encoding.UTF8, "application/json"),
        };
        using HttpResponseMessage response = await _app.Process.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var started = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());

        JsonElement end = await Eventually.SeeAsync(
            async () => JsonSerializer.Deserialize<JsonElement>(await _app.Process.Http.GetStringAsync(started.GetProperty("statusQueryGetUri").GetString())),
            status => status.GetProperty("runtimeStatus").GetString() == "Failed",
            _app.Process);

        Assert.Contains("(cast.gone)", end.GetProperty("output").GetString());
        JsonElement cast = await _app.GetAsync($"casts/{id}");
        Assert.Equal("failed", cast.GetProperty("status").GetString());
        Assert.Empty(cast.GetProperty("steps").EnumerateArray());
    }

    Task<JsonElement> RefusedAsync(string path, object body) => _app.RefusedAsync(HttpStatusCode.UnprocessableEntity, "inputs.invalid", "POST", path, body);

    /// <summary>Code and words of each, without the place, which depends on where the document is in the body.</summary>
    static string[] Errors(JsonElement answer) =>
        [.. answer.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("code")}: {error.GetProperty("message")}").Order(StringComparer.Ordinal)];
}
