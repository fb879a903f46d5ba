using System.Net;
using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Spells over HTTP: saved in versions, read, listed, checked, cast, removed.</summary>
[Collection(SharedApp.Name)]
public sealed class SpellsTests(AppWithFiles shared)
{
    const string Yaml = """
        name: From YAML
        steps:
          - id: hello
            tool: text.template
            with: { template: "Hello" }
        """;

    readonly GrimoireApp _app = shared.App;

    [Fact]
    [Trait("Row", "UX04")]
    public async Task A_spell_is_saved_in_versions_that_stay_as_they_are()
    {
        using HttpResponseMessage created = await _app.SendAsync("PUT", "spells/versioned?account=saver", Document("one"));
        JsonElement same = await _app.ExpectAsync(HttpStatusCode.OK, "PUT", "spells/versioned?account=saver", Document("one"));
        JsonElement changed = await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/versioned?account=saver", Document("two"));

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("\"1\"", created.Headers.ETag?.Tag);
        Assert.Equal(1, same.GetProperty("version").GetInt32());
        Assert.Equal(2, changed.GetProperty("version").GetInt32());
        JsonElement newest = await _app.GetAsync("spells/versioned?account=saver");
        Assert.Equal("two", newest.GetProperty("document").GetProperty("name").GetString());
        Assert.Equal("versioned", newest.GetProperty("document").GetProperty("slug").GetString());
        JsonElement first = await _app.GetAsync("spells/versioned/versions/1?account=saver");
        Assert.Equal("one", first.GetProperty("document").GetProperty("name").GetString());
        JsonElement versions = await _app.GetAsync("spells/versioned/versions?account=saver");
        Assert.Equal([1, 2], versions.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("version").GetInt32()));
        await _app.RefusedAsync(HttpStatusCode.NotFound, "spell.notFound", "GET", "spells/versioned/versions/3?account=saver");
        await _app.RefusedAsync(HttpStatusCode.NotFound, "spell.notFound", "GET", "spells/versioned");
    }

    [Fact]
    public async Task Who_changes_what_has_changed_meanwhile_is_told()
    {
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/contested", Document("one"));
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/contested", Document("two"), ("If-Match", "\"1\""));

        await _app.RefusedAsync(HttpStatusCode.PreconditionFailed, "spell.changed", "PUT", "spells/contested", Document("three"), ("If-Match", "\"1\""));
        await _app.RefusedAsync(HttpStatusCode.PreconditionFailed, "spell.changed", "PUT", "spells/new-one", Document("one"), ("If-Match", "1"));
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "spell.versionInvalid", "PUT", "spells/contested", Document("three"), ("If-Match", "latest"));

        Assert.Equal("two", (await _app.GetAsync("spells/contested")).GetProperty("document").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("application/yaml")]
    [InlineData("text/yaml; charset=utf-8")]
    public async Task A_spell_may_be_YAML(string type)
    {
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", $"spells/yaml-{type.Length}", Yaml, ("Content-Type", type));

        Assert.Equal("From YAML", (await _app.GetAsync($"spells/yaml-{type.Length}")).GetProperty("document").GetProperty("name").GetString());
    }

    [Fact]
    [Trait("Row", "UX01")]
    public async Task All_that_is_wrong_with_a_spell_is_told_at_once_and_it_is_not_saved()
    {
        JsonElement problem = await _app.RefusedAsync(HttpStatusCode.UnprocessableEntity, "spell.invalid", "PUT", "spells/wrong", """
            {"slug":"other","steps":[{"id":"a","tool":"text.cas","with":{"text":"${steps.b.output.text}"}},{"id":"b","tool":"text.case","with":{"text":"x","to":"sideways"}}]}
            """);

        string?[] pointers = [.. problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString())];
        Assert.Contains("/slug", pointers);
        Assert.Contains("/steps/0/tool", pointers);
        Assert.Contains(pointers, pointer => pointer!.StartsWith("/steps/0/with", StringComparison.Ordinal));
        Assert.Contains("/steps/1/with/to", pointers);
        await _app.RefusedAsync(HttpStatusCode.NotFound, "spell.notFound", "GET", "spells/wrong");
        JsonElement malformed = await _app.RefusedAsync(HttpStatusCode.UnprocessableEntity, "spell.invalid", "PUT", "spells/wrong", "{\n  \"steps\": oops }");
        Assert.Equal(2, malformed.GetProperty("errors")[0].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task Spells_are_listed_by_slug_and_paged()
    {
        foreach (string slug in (string[])["c", "a", "b-2", "b"])
        {
            await _app.ExpectAsync(HttpStatusCode.Created, "PUT", $"spells/{slug}?account=pager", Document(slug));
        }

        await _app.ExpectAsync(HttpStatusCode.NoContent, "DELETE", "spells/c?account=pager");
        await _app.RefusedAsync(HttpStatusCode.NotFound, "spell.notFound", "DELETE", "spells/c?account=pager");
        JsonElement first = await _app.GetAsync("spells?account=pager&top=2");
        JsonElement second = await _app.GetAsync($"spells?account=pager&top=2&continuation={first.GetProperty("continuation").GetString()}");

        string?[] slugs = [.. first.GetProperty("spells").EnumerateArray().Concat(second.GetProperty("spells").EnumerateArray()).Select(spell => spell.GetProperty("slug").GetString())];
        Assert.Equal(["a", "b", "b-2"], slugs.Order(StringComparer.Ordinal));
        Assert.Equal(2, first.GetProperty("spells").GetArrayLength());
        Assert.False(second.TryGetProperty("continuation", out _));
    }

    [Fact]
    [Trait("Row", "UX01")]
    [Trait("Row", "UX02")]
    public async Task Validation_tells_errors_and_what_a_cast_would_do()
    {
        JsonElement good = await _app.ExpectAsync(HttpStatusCode.OK, "POST", "spells/validate", new { spell = Samples.Greeting, inputs = new { name = "Ada" } });
        JsonElement bad = await _app.ExpectAsync(HttpStatusCode.OK, "POST", "spells/validate", new { spell = new { steps = Array.Empty<object>() } });
        JsonElement yaml = await _app.ExpectAsync(HttpStatusCode.OK, "POST", "spells/validate", "steps: [", ("Content-Type", "application/yaml"));

        Assert.True(good.GetProperty("valid").GetBoolean());
        JsonElement hello = good.GetProperty("dryRun").GetProperty("steps")[0];
        Assert.Equal("Ada", hello.GetProperty("input").GetProperty("values").GetProperty("name").GetString());
        Assert.False(bad.GetProperty("valid").GetBoolean());
        Assert.All(bad.GetProperty("errors").EnumerateArray(), error => Assert.StartsWith("/spell/", error.GetProperty("pointer").GetString()));
        Assert.False(yaml.GetProperty("valid").GetBoolean());
        Assert.True(yaml.GetProperty("errors")[0].GetProperty("line").GetInt32() > 0);
    }

    [Fact]
    public async Task A_saved_spell_is_cast_in_its_newest_or_a_certain_version()
    {
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/greeting?account=caster", Samples.Greeting);
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/greeting?account=caster", new { steps = (object[])[new { id = "b", tool = "json.value", with = new { value = 2 } }] });

        string newest = await CastAsync(new { });
        string first = await CastAsync(new { version = 1, inputs = new { name = "Ada" } });

        Assert.Equal(2, (await _app.EndAsync(newest)).GetProperty("spellVersion").GetInt32());
        Assert.Equal("HELLO, ADA!", (await _app.EndAsync(first)).GetProperty("output").GetProperty("text").GetString());
        await _app.RefusedAsync(HttpStatusCode.NotFound, "spell.notFound", "POST", "spells/greeting/casts?account=caster", new { version = 9 });
        JsonElement problem = await _app.RefusedAsync(
            HttpStatusCode.UnprocessableEntity, "inputs.invalid", "POST", "spells/greeting/casts?account=caster", new { version = 1, inputs = new { nam = "Ada" } });
        Assert.All(problem.GetProperty("errors").EnumerateArray(), error => Assert.StartsWith("/inputs", error.GetProperty("pointer").GetString()));
    }

    async Task<string> CastAsync(object body) =>
        (await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "spells/greeting/casts?account=caster", body)).GetProperty("castId").GetString()!;

    static object Document(string name) => new { name, steps = (object[])[new { id = "a", tool = "text.template", with = new { template = name } }] };
}
