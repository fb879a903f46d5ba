using System.Net;
using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>A redrive that is repeated with its Idempotency-Key.</summary>
[Collection(SharedApp.Name)]
[Trait("Row", "KZ11")]
[Trait("Row", "UX05")]
public sealed class RepeatedRedriveTests(AppWithFiles shared)
{
    readonly GrimoireApp _app = shared.App;

    [Fact]
    public async Task It_finds_the_cast_that_is_there_whatever_the_order_of_fields_and_whatever_has_become_of_the_old_cast()
    {
        string old = await _app.CastAsync(Samples.Doomed, new { });
        await _app.EndAsync(old, "failed");
        const string one = """{"fromStep":"parse","inputs":{"a":{"x":1,"y":2},"b":2}}""";
        const string two = """{"inputs":{"b":2,"a":{"y":2,"x":1}},"fromStep":"parse"}""";

        using HttpResponseMessage first = await _app.SendAsync("POST", $"casts/{old}/redrive", one, ("Idempotency-Key", "again-1"));
        string again = await IdOfAsync(first);
        using HttpResponseMessage reordered = await _app.SendAsync("POST", $"casts/{old}/redrive", two, ("Idempotency-Key", "again-1"));
        await _app.EndAsync(again, "failed");
        await _app.ExpectAsync(HttpStatusCode.NoContent, "DELETE", $"casts/{old}");
        using HttpResponseMessage late = await _app.SendAsync("POST", $"casts/{old}/redrive", one, ("Idempotency-Key", "again-1"));

        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal((again, "true"), (await IdOfAsync(reordered), reordered.Headers.GetValues("Idempotency-Replayed").Single()));
        Assert.Equal((again, "true"), (await IdOfAsync(late), late.Headers.GetValues("Idempotency-Replayed").Single()));
        await _app.RefusedAsync(
            HttpStatusCode.UnprocessableEntity, "idempotencyKey.reused", "POST", $"casts/{old}/redrive", new { fromStep = "other" }, ("Idempotency-Key", "again-1"));
        await _app.RefusedAsync(HttpStatusCode.NotFound, "cast.notFound", "POST", $"casts/{old}/redrive", one, ("Idempotency-Key", "again-2"));
    }

    [Fact]
    [Trait("Row", "UX11")]
    public async Task One_of_many_says_what_it_has_not_started_again()
    {
        const string account = "manyagain";
        string old = await DoomAsync(account);
        string route = $"casts/redrive?account={account}&from=2020-01-01";

        using HttpResponseMessage first = await _app.SendAsync("POST", route, null, ("Idempotency-Key", "mend"));
        string again = Only(await BodyAsync(first), old).GetProperty("again").GetString()!;
        await _app.EndAsync(again, "failed");
        await _app.ExpectAsync(HttpStatusCode.NoContent, "DELETE", $"casts/{again}");
        JsonElement deleted = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", route, null, ("Idempotency-Key", "mend"));
        using HttpResponseMessage second = await _app.SendAsync("POST", route, null, ("Idempotency-Key", "mend-2"));
        await _app.EndAsync(Only(await BodyAsync(second), old).GetProperty("again").GetString()!, "failed");
        using HttpResponseMessage repeated = await _app.SendAsync("POST", $"{route}&to={Uri.EscapeDataString(await CreatedAsync(old))}", null, ("Idempotency-Key", "mend-2"));

        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal("cast.deleted", Assert.Single(deleted.GetProperty("refused").EnumerateArray()).GetProperty("code").GetString());
        Assert.False(second.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal("true", repeated.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.True(Only(await BodyAsync(repeated), old).GetProperty("replayed").GetBoolean());
    }

    async Task<string> DoomAsync(string account)
    {
        JsonElement started = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts?account={account}", new { spell = Samples.Doomed });
        string id = started.GetProperty("castId").GetString()!;
        await _app.EndAsync(id, "failed");
        return id;
    }

    async Task<string> CreatedAsync(string id) => (await _app.GetAsync("casts?account=manyagain")).GetProperty("casts").EnumerateArray()
        .Single(cast => cast.GetProperty("id").GetString() == id).GetProperty("createdAt").GetString()!;

    static JsonElement Only(JsonElement redriven, string castId) =>
        Assert.Single(redriven.GetProperty("redriven").EnumerateArray(), cast => cast.GetProperty("castId").GetString() == castId);

    static async Task<string> IdOfAsync(HttpResponseMessage response) => (await BodyAsync(response)).GetProperty("castId").GetString()!;

    static async Task<JsonElement> BodyAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
