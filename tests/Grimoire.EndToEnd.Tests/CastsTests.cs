using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Casts over HTTP: started, followed, listed, controlled, removed.</summary>
[Collection(SharedApp.Name)]
public sealed class CastsTests(AppWithFiles shared)
{
    readonly GrimoireApp _app = shared.App;

    [Fact]
    [Trait("Row", "AZ01")]
    public async Task A_cast_is_accepted_with_all_that_follows_it_and_completes_with_its_output()
    {
        using HttpResponseMessage response = await _app.SendAsync("POST", "casts", new { spell = Samples.Greeting, inputs = new { name = "Ada" } });
        var started = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        string id = started.GetProperty("castId").GetString()!;

        JsonElement cast = await _app.EndAsync(id);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($"/api/casts/{id}", response.Headers.Location?.OriginalString);
        Assert.Equal(id, started.GetProperty("id").GetString());
        Assert.Equal("Completed", (await StatusAsync(started)).GetProperty("runtimeStatus").GetString());
        Assert.Equal("HELLO, ADA!", cast.GetProperty("output").GetProperty("text").GetString());
        Assert.Equal(["completed", "completed"], cast.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("status").GetString()));
    }

    [Fact]
    [Trait("Row", "KZ07")]
    [Trait("Row", "KZ08")]
    [Trait("Row", "KZ12")]
    [Trait("Row", "SP17")]
    public async Task Every_attempt_is_listed_with_its_step_and_can_be_fetched()
    {
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "tools/flaky", new
        {
            kind = "http",
            request = new { method = "GET", url = new Uri(shared.Sandbox.Url, "faults/500").ToString() },
        });
        string id = await _app.CastAsync(new
        {
            slug = "flaky",
            steps = (object[])[new { id = "call", tool = "flaky", retry = new { maxAttempts = 3, firstInterval = "PT0.01S", backoff = 1 } }],
        });
        await _app.EndAsync(id, "failed");

        JsonElement listed = (await _app.GetAsync($"casts/{id}/steps")).GetProperty("steps").EnumerateArray().Single();
        JsonElement step = await _app.GetAsync($"casts/{id}/steps/call");

        JsonElement[] attempts = [.. step.GetProperty("attempts").EnumerateArray()];
        Assert.Equal([1, 2, 3], attempts.Select(attempt => attempt.GetProperty("number").GetInt32()));
        Assert.Equal([false, false, true], attempts.Select(attempt => attempt.GetProperty("latest").GetBoolean()));
        Assert.All(attempts, attempt =>
        {
            Assert.Equal("failed", attempt.GetProperty("status").GetString());
            JsonElement failure = attempt.GetProperty("failure");
            Assert.True(failure.GetProperty("transient").GetBoolean());
            Assert.Equal("call", failure.GetProperty("step").GetString());
            Assert.Equal("execute", failure.GetProperty("phase").GetString());
            Assert.NotEqual("", failure.GetProperty("code").GetString());
            Assert.True(attempt.GetProperty("endedAt").GetDateTimeOffset() >= attempt.GetProperty("startedAt").GetDateTimeOffset());
        });
        Assert.Equal(listed.GetRawText(), step.GetRawText());
        await _app.RefusedAsync(HttpStatusCode.NotFound, "step.notFound", "GET", $"casts/{id}/steps/other");
    }

    [Fact]
    [Trait("Row", "SP05")]
    [Trait("Row", "KZ22")]
    public async Task Casts_are_listed_newest_first_by_status_spell_and_time_and_paged_without_loss()
    {
        const string account = "lister";
        var ids = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            JsonElement started = await _app.ExpectAsync(
                HttpStatusCode.Accepted, "POST", $"casts?account={account}", new { spell = i % 2 == 0 ? Samples.Doomed : Samples.Greeting, inputs = i % 2 == 0 ? (object)new { } : new { name = "x" } });
            ids.Add(started.GetProperty("castId").GetString()!);
            await _app.EndAsync(ids[^1], i % 2 == 0 ? "failed" : "completed");
        }

        ids.Reverse();
        Assert.Equal(ids, await IdsAsync($"casts?account={account}&top=2"));
        Assert.Equal([ids[0], ids[2], ids[4]], await IdsAsync($"casts?account={account}&status=failed&top=1"));
        Assert.Equal(ids, await IdsAsync($"casts?account={account}&status=failed,completed&top=3"));
        Assert.Equal([ids[1], ids[3]], await IdsAsync($"casts?account={account}&spell=greeting&top=1"));
        string second = (await _app.GetAsync($"casts/{ids[1]}")).GetProperty("createdAt").GetString()!;
        Assert.Equal(ids[..2], await IdsAsync($"casts?account={account}&from={Uri.EscapeDataString(second)}"));
        Assert.Empty(await IdsAsync($"casts?account={account}&status=running"));
        JsonElement failed = (await _app.GetAsync($"casts?account={account}&status=failed")).GetProperty("casts")[0];
        Assert.Equal("doomed", failed.GetProperty("spell").GetString());
        Assert.NotEqual("", failed.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Sub_casts_are_listed_only_when_asked_for()
    {
        const string account = "parents";
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", $"spells/greeting?account={account}", Samples.Greeting);
        JsonElement started = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts?account={account}", new
        {
            spell = new { steps = (object[])[new { id = "sub", spell = "greeting", with = new { name = "x" } }] },
        });
        string id = started.GetProperty("castId").GetString()!;
        await _app.EndAsync(id);

        Assert.Equal([id], await IdsAsync($"casts?account={account}"));
        Assert.Equal(2, (await IdsAsync($"casts?account={account}&children=true")).Count);
    }

    [Fact]
    [Trait("Row", "NX13")]
    public async Task Events_are_numbered_and_a_long_poll_returns_as_soon_as_there_is_more()
    {
        string id = await _app.CastAsync(Samples.Patient);
        JsonElement first = await Eventually.SeeAsync(
            () => _app.GetAsync($"casts/{id}/events"), page => Types(page).Contains("step.started"), _app.Process);
        int next = first.GetProperty("next").GetInt32();
        Assert.Equal(Enumerable.Range(1, next), first.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("seq").GetInt32()));
        Assert.False(first.GetProperty("ended").GetBoolean());
        Task<JsonElement> poll = _app.GetAsync($"casts/{id}/events?after={next}&wait=50");

        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{id}/cancel", new { reason = "Changed my mind." });
        JsonElement more = await poll;

        Assert.NotEmpty(Types(more));
        Assert.True(more.GetProperty("next").GetInt32() > next);
        JsonElement cast = await _app.EndAsync(id, "cancelled");
        Assert.Equal("Changed my mind.", cast.GetProperty("reason").GetString());
        JsonElement rest = await _app.GetAsync($"casts/{id}/events?after=100000&wait=60");
        Assert.True(rest.GetProperty("ended").GetBoolean());
        Assert.Empty(rest.GetProperty("events").EnumerateArray());
        JsonElement limited = await _app.GetAsync($"casts/{id}/events?limit=1");
        Assert.Equal(["cast.created"], Types(limited));
        Assert.False(limited.GetProperty("ended").GetBoolean());
    }

    [Fact]
    public async Task A_cast_is_paused_and_resumed_and_cancelled_and_then_refuses_more()
    {
        string id = await _app.CastAsync(Samples.Patient);
        await _app.SeeAsync(id, "running");

        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{id}/pause");
        await _app.SeeAsync(id, "paused");
        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{id}/resume");
        await _app.SeeAsync(id, "running");
        await _app.RefusedAsync(HttpStatusCode.Conflict, "cast.running", "DELETE", $"casts/{id}");
        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{id}/cancel");
        await _app.EndAsync(id, "cancelled");

        await _app.RefusedAsync(HttpStatusCode.Conflict, "cast.ended", "POST", $"casts/{id}/pause");
    }

    [Fact]
    public async Task What_is_removed_is_gone_from_everywhere()
    {
        string id = await _app.CastAsync(Samples.Page("a.txt", "text/plain", "x"));
        await _app.EndAsync(id);

        await _app.ExpectAsync(HttpStatusCode.NoContent, "DELETE", $"casts/{id}");

        await _app.RefusedAsync(HttpStatusCode.NotFound, "cast.notFound", "GET", $"casts/{id}");
        await _app.RefusedAsync(HttpStatusCode.NotFound, "cast.notFound", "GET", $"casts/{id}/artifacts/page/a.txt");
        await _app.RefusedAsync(HttpStatusCode.NotFound, "cast.notFound", "DELETE", $"casts/{id}");
        Assert.DoesNotContain(Directory.EnumerateFiles(_app.Folder, "*", SearchOption.AllDirectories), file => file.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Row", "SP04")]
    public async Task A_cast_whose_orchestration_is_terminated_reads_failed()
    {
        JsonElement started = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "casts", new { spell = Samples.Patient });
        string id = started.GetProperty("castId").GetString()!;
        await _app.SeeAsync(id, "running");

        using var nothing = new StringContent("");
        await _app.Process.Http.PostAsync(started.GetProperty("terminatePostUri").GetString()!.Replace("{text}", "why", StringComparison.Ordinal), nothing);

        JsonElement cast = await _app.EndAsync(id, "failed");
        Assert.Equal("cast.terminated", cast.GetProperty("failure").GetProperty("code").GetString());
    }

    async Task<JsonElement> StatusAsync(JsonElement started) =>
        JsonSerializer.Deserialize<JsonElement>(await _app.Process.Http.GetStringAsync(started.GetProperty("statusQueryGetUri").GetString()));

    async Task<List<string>> IdsAsync(string path)
    {
        var ids = new List<string>();
        string? continuation = "";
        while (continuation is not null)
        {
            JsonElement page = await _app.GetAsync(continuation.Length == 0 ? path : $"{path}&continuation={Uri.EscapeDataString(continuation)}");
            ids.AddRange(page.GetProperty("casts").EnumerateArray().Select(cast => cast.GetProperty("id").GetString()!));
            continuation = page.TryGetProperty("continuation", out JsonElement next) ? next.GetString() : null;
        }

        return ids;
    }

    static IEnumerable<string?> Types(JsonElement page) => page.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString());
}
