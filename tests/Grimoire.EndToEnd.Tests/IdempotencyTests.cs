using System.Net;
using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>A start that is repeated with its Idempotency-Key.</summary>
[Collection(SharedApp.Name)]
public sealed class IdempotencyTests(AppWithFiles shared)
{
    readonly GrimoireApp _app = shared.App;

    [Fact]
    [Trait("Row", "KZ11")]
    public async Task Many_at_once_start_one_cast()
    {
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => _app.CastAsync(Samples.Greeting, new { name = "x" }, "at-once")));

        string id = Assert.Single(ids.Distinct());
        await _app.EndAsync(id);
    }

    [Fact]
    [Trait("Row", "KZ11")]
    public async Task A_repetition_is_told_so_and_finds_the_cast_as_it_ended()
    {
        var request = new { spell = Samples.Greeting, inputs = new { name = "x" } };
        using HttpResponseMessage first = await _app.SendAsync("POST", "casts", request, ("Idempotency-Key", "late"));
        string id = JsonSerializer.Deserialize<JsonElement>(await first.Content.ReadAsStringAsync()).GetProperty("castId").GetString()!;
        await _app.EndAsync(id);
        JsonElement end = await _app.GetAsync($"casts/{id}");

        using HttpResponseMessage again = await _app.SendAsync("POST", "casts", request, ("Idempotency-Key", "late"));

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(id, JsonSerializer.Deserialize<JsonElement>(await again.Content.ReadAsStringAsync()).GetProperty("castId").GetString());
        Assert.Equal(end.GetRawText(), (await _app.GetAsync($"casts/{id}")).GetRawText());
    }

    [Fact]
    public async Task The_same_key_with_another_request_is_refused_and_in_another_account_is_another_key()
    {
        string id = await _app.CastAsync(Samples.Greeting, new { name = "x" }, "reused");

        await _app.RefusedAsync(
            HttpStatusCode.UnprocessableEntity, "idempotencyKey.reused", "POST", "casts", new { spell = Samples.Greeting, inputs = new { name = "y" } }, ("Idempotency-Key", "reused"));
        JsonElement other = await _app.ExpectAsync(
            HttpStatusCode.Accepted, "POST", "casts?account=another", new { spell = Samples.Greeting, inputs = new { name = "y" } }, ("Idempotency-Key", "reused"));

        Assert.NotEqual(id, other.GetProperty("castId").GetString());
        Assert.Equal("HELLO, X!", (await _app.EndAsync(id)).GetProperty("output").GetProperty("text").GetString());
    }

    [Fact]
    public async Task The_order_of_fields_makes_no_other_request()
    {
        const string one = """{"spell":{"steps":[{"id":"a","tool":"json.value","with":{"value":{"x":1,"y":2}}}]},"inputs":{}}""";
        const string two = """{"inputs":{},"spell":{"steps":[{"tool":"json.value","id":"a","with":{"value":{"y":2,"x":1}}}]}}""";

        JsonElement first = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "casts", one, ("Idempotency-Key", "ordered"));
        JsonElement second = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "casts", two, ("Idempotency-Key", "ordered"));

        Assert.Equal(first.GetProperty("castId").GetString(), second.GetProperty("castId").GetString());
    }

    [Fact]
    [Trait("Row", "KZ11")]
    public async Task The_key_of_a_cast_that_was_deleted_says_so_until_a_new_one_is_sent()
    {
        var request = new { spell = Samples.Greeting, inputs = new { name = "x" } };
        string id = await _app.CastAsync(Samples.Greeting, new { name = "x" }, "deleted-1");
        await _app.EndAsync(id);
        await _app.ExpectAsync(HttpStatusCode.NoContent, "DELETE", $"casts/{id}");

        JsonElement problem = await _app.RefusedAsync(HttpStatusCode.Conflict, "cast.deleted", "POST", "casts", request, ("Idempotency-Key", "deleted-1"));

        Assert.Contains(id, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await _app.RefusedAsync(HttpStatusCode.NotFound, "cast.notFound", "GET", $"casts/{id}");
        Assert.NotEqual(id, await _app.CastAsync(Samples.Greeting, new { name = "x" }, "deleted-2"));
    }
}
