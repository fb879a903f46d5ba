using System.Net;
using System.Text;
using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Requests that cannot be ones: each is refused with words that say why, and starts nothing.</summary>
[Collection(SharedApp.Name)]
public sealed class BadInputTests(AppWithFiles shared)
{
    const string Good = """{"spell":{"steps":[{"id":"a","tool":"json.value","with":{"value":1}}]}}""";

    readonly GrimoireApp _app = shared.App;

    [Theory]
    [InlineData("")]
    [InlineData("{ not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{} and more")]
    [InlineData("""{"slug":"a","slug":"b"}""")]
    [InlineData("""{"sl\ud800ug":"a"}""")]
    public Task What_is_no_JSON_object_is_refused(string body) => _app.RefusedAsync(HttpStatusCode.BadRequest, "request.malformed", "POST", "casts", body);

    [Theory]
    [InlineData("casts")]
    [InlineData("runs")]
    [InlineData("spells/validate")]
    public Task What_is_not_UTF8_is_refused(string path) =>
        _app.RefusedAsync(HttpStatusCode.BadRequest, "request.malformed", "POST", path, Encoding.Latin1.GetBytes("{\"slug\":\"\u00ff\"}"));

    [Theory]
    [InlineData("{}", "/spell")]
    [InlineData("""{"slug":"a","spell":{}}""", "/spell")]
    [InlineData("""{"slug":5}""", "/slug")]
    [InlineData("""{"slug":"A B"}""", "/slug")]
    [InlineData("""{"slug":"a","version":0}""", "/version")]
    [InlineData("""{"slug":"a","version":1.5}""", "/version")]
    [InlineData("""{"slug":"a","version":99999999999}""", "/version")]
    [InlineData("""{"slug":"a","inputs":[],"budgetUsd":-1}""", "/inputs", "/budgetUsd")]
    [InlineData("""{"slug":"a","budgetUsd":"1"}""", "/budgetUsd")]
    [InlineData("""{"slug":"a","budgetUsd":1e999}""", "/budgetUsd")]
    [InlineData("""{"spell":{"steps":[]},"version":1}""", "/version")]
    [InlineData("""{"slug":"a","a/b~c":1}""", "/a~1b~0c")]
    public async Task All_that_is_wrong_with_the_fields_is_named_by_pointer(string body, params string[] fields)
    {
        JsonElement problem = await _app.RefusedAsync(HttpStatusCode.BadRequest, "request.invalid", "POST", "casts", body);

        Assert.Equal(fields.Order(), problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()).Order());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/yaml")]
    [InlineData("nonsense")]
    public Task A_body_that_says_it_is_something_else_is_refused(string type) =>
        _app.RefusedAsync(HttpStatusCode.UnsupportedMediaType, "request.mediaType", "POST", "casts", Good, ("Content-Type", type));

    [Theory]
    [InlineData("Application/JSON; charset=utf-8")]
    [InlineData("application/vnd.cast+json")]
    [InlineData(null)]
    public Task A_body_that_says_it_is_JSON_or_says_nothing_is_taken(string? type) =>
        _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "casts", Good, ("Content-Type", type));

    [Fact]
    public async Task What_is_too_large_or_too_deep_is_refused()
    {
        string deep = string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100));

        await _app.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "request.tooLarge", "POST", "casts", Good + new string(' ', 2 * 1024 * 1024));
        await _app.RefusedAsync(
            HttpStatusCode.RequestEntityTooLarge, "request.tooLarge", "POST", "casts", new { slug = "a", inputs = new { text = new string('x', 1024 * 1024) } });
        await _app.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "request.tooLarge", "PUT", "spells/large", new { steps = new string('x', 256 * 1024) });
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "request.malformed", "POST", "casts", "{\"slug\":\"a\",\"inputs\":{\"a\":" + deep + "}}");
    }

    [Theory]
    [Trait("Row", "SP23")]
    [InlineData("GET", "casts/nonsense", "cast.idInvalid")]
    [InlineData("GET", "casts/main-0000000000000000zz", "cast.idInvalid")]
    [InlineData("GET", "casts/@entity@key", "cast.idInvalid")]
    [InlineData("DELETE", "casts/..", null)]
    [InlineData("DELETE", "casts/..%2F..%2Fspells", "cast.idInvalid")]
    [InlineData("GET", "casts/x/events", "cast.idInvalid")]
    [InlineData("GET", "casts/x/steps", "cast.idInvalid")]
    [InlineData("GET", "casts/x/steps/y", "cast.idInvalid")]
    [InlineData("GET", "casts/x/artifacts", "cast.idInvalid")]
    [InlineData("GET", "casts/x/artifacts/y", "cast.idInvalid")]
    [InlineData("POST", "casts/x/cancel", "cast.idInvalid")]
    [InlineData("POST", "casts/x/pause", "cast.idInvalid")]
    [InlineData("POST", "casts/x/resume", "cast.idInvalid")]
    [InlineData("GET", "runs/x", "cast.idInvalid")]
    [InlineData("GET", "runs/x/events", "cast.idInvalid")]
    [InlineData("GET", "runs/x/artifacts", "cast.idInvalid")]
    [InlineData("GET", "runs/x/artifacts/y", "cast.idInvalid")]
    [InlineData("GET", "spells/A%20B", "spell.slugInvalid")]
    [InlineData("GET", "spells/a/versions/0", "spell.versionInvalid")]
    [InlineData("GET", "spells/a/versions/x", "spell.versionInvalid")]
    [InlineData("GET", "tools/A", "tool.idInvalid")]
    [InlineData("DELETE", "tools/a%2Fb", "tool.idInvalid")]
    [InlineData("GET", "casts?account=A", "query.invalid")]
    [InlineData("GET", "casts?status=broken", "query.invalid")]
    [InlineData("GET", "casts?top=0", "query.invalid")]
    [InlineData("GET", "casts?from=yesterday", "query.invalid")]
    [InlineData("GET", "casts?continuation=%00nonsense", "query.invalid")]
    [InlineData("GET", "casts?children=maybe", "query.invalid")]
    [InlineData("GET", "casts?stauts=failed", "query.invalid")]
    [InlineData("GET", "casts/main-0000000000000000000?top=1", "query.invalid")]
    [InlineData("GET", "casts/x/events?afer=1", "query.invalid")]
    [InlineData("GET", "runs/x/artifacts/y?x=1", "query.invalid")]
    [InlineData("GET", "health/live?verbose", "query.invalid")]
    [InlineData("POST", "runs?goal=x", "query.invalid")]
    [InlineData("GET", "ops/stalled?minutes=soon", "query.invalid")]
    [InlineData("GET", "ops/stalled?minutes=-1", "query.invalid")]
    [InlineData("GET", "ops/stalled?continuation=nonsense", "query.invalid")]
    public async Task What_cannot_be_a_name_is_refused_before_anything_is_looked_up(string method, string path, string? code)
    {
        if (code is not null)
        {
            await _app.RefusedAsync(HttpStatusCode.BadRequest, code, method, path, method == "POST" ? "{}" : null);
            return;
        }

        using HttpResponseMessage response = await _app.SendAsync(method, path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a/b")]
    [InlineData("@a")]
    [InlineData("123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789")]
    public Task A_key_that_cannot_be_one_is_refused(string key) =>
        _app.RefusedAsync(HttpStatusCode.BadRequest, "idempotencyKey.invalid", "POST", "casts", Good, ("Idempotency-Key", key));
}
