using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>What is kept no longer goes, all of it and nothing else, and is told before.</summary>
public sealed class RetentionTests(ITestOutputHelper output)
{
    /// <summary>Between rounds: those that are asked for are the only ones.</summary>
    const string Never = "P30D";

    [Fact]
    public async Task Exactly_what_is_told_goes_and_what_runs_or_is_needed_stays()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);
        string old = await app.CastAsync(Samples.Page("a.txt", "text/plain", "some text"), key: "key-1");
        await app.EndAsync(old);
        string failed = await app.CastAsync(Samples.Doomed);
        await app.EndAsync(failed, "failed");
        string done = await app.CastAsync(Samples.Doomed);
        await app.EndAsync(done, "failed");
        await app.ExpectAsync(HttpStatusCode.OK, "POST", "deadletters/discard", new { casts = (string[])[done] });
        string cook = (await app.ExpectAsync(HttpStatusCode.Accepted, "POST", "cooks", new { spell = Samples.Page("b.txt", "text/plain", "b"), pieces = (object[])[new { }, new { }] })).GetProperty("cookId").GetString()!;
        await CookEndsAsync(app, cook);
        string source = await app.CastAsync(Samples.Page("c.txt", "text/plain", "c"));
        await app.EndAsync(source);
        string running = await app.CastAsync(Samples.Patient, key: "key-2");
        string runningCook = (await app.ExpectAsync(
            HttpStatusCode.Accepted, "POST", "cooks", new { spell = Samples.Patient, pieces = (object[])[new { }] })).GetProperty("cookId").GetString()!;
        string again = (await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{source}/redrive", new { fromStep = "page" })).GetProperty("castId").GetString()!;
        await app.EndAsync(again);
        await ChangeAsync(app, ("Casts", "PT2S"), ("Cooks", "PT2S"), ("IdempotencyKeys", "PT2S"));

        JsonElement told = await Eventually.SeeAsync(() => app.GetAsync("ops/retention"), now => Names(now, "casts").Count == 4 && Names(now, "cooks").Count == 1, app.Process);
        Assert.Equal(Sorted(old, done, source, again), Sorted([.. Names(told, "casts")]));
        Assert.Equal([cook], Names(told, "cooks"));
        Assert.Single(Names(told, "idempotencyKeys"));
        JsonElement casts = Of(told, "casts");
        Assert.Equal((4, "PT2S", 11L), (casts.GetProperty("count").GetInt32(), casts.GetProperty("keep").GetString(), casts.GetProperty("bytes").GetInt64()));
        Assert.True(casts.GetProperty("oldest").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
        Assert.Equal(told.GetProperty("due").ToString(), (await app.GetAsync("ops/retention")).GetProperty("due").ToString());
        await DownloadAsync(app, $"casts/{old}/artifacts/page/a.txt");

        JsonElement removed = await RoundAsync(app);

        Assert.Equal((4, 1, 1), (Count(removed, "casts"), Count(removed, "cooks"), Count(removed, "idempotencyKeys")));
        foreach (string gone in (string[])[old, done, source, again, cook])
        {
            string unique = gone[(gone.IndexOf('-', StringComparison.Ordinal) + 1)..];
            Assert.Empty(Stored.Files(app, unique));
            Assert.Empty(await Stored.InstancesAsync(app, unique));
        }

        await app.RefusedAsync(HttpStatusCode.NotFound, "cast.notFound", "GET", $"casts/{old}");
        Assert.Equal("failed", (await app.GetAsync($"casts/{failed}")).GetProperty("status").GetString());
        Assert.Equal("running", (await app.GetAsync($"casts/{running}")).GetProperty("status").GetString());
        Assert.Equal("running", (await app.GetAsync($"cooks/{runningCook}")).GetProperty("status").GetString());
        Assert.Equal(Sorted(failed, running), Sorted([.. (await app.GetAsync("casts")).GetProperty("casts").EnumerateArray().Select(cast => cast.GetProperty("id").GetString()!)]));
        Assert.Equal(running, await app.CastAsync(Samples.Patient, key: "key-2"));
        Assert.All(told.GetProperty("due").EnumerateArray(), kind => Assert.Empty(Names(told, kind.GetProperty("kind").GetString()!).Intersect([failed, running, runningCook])));
    }

    [Fact]
    public async Task A_cast_that_another_one_has_done_again_stays_as_long_as_that_one()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);
        object[] steps =
        [
            new { id = "page", tool = "text.artifact", with = new { name = "a.txt", text = "a" } },
            new { id = "sleep", tool = "wait", with = new Dictionary<string, string> { ["for"] = "${inputs.pause}" } },
        ];
        string old = await app.CastAsync(new { slug = "pausing", steps }, new { pause = "PT0.1S" });
        await app.EndAsync(old);
        string again = (await app.ExpectAsync(
            HttpStatusCode.Accepted, "POST", $"casts/{old}/redrive", new { fromStep = "sleep", inputs = new { pause = "P1D" } })).GetProperty("castId").GetString()!;
        await app.SeeEventAsync(again, "step.reused");
        await ChangeAsync(app, ("Casts", "PT1S"), ("Artifacts", "PT1S"));

        await RoundAsync(app);
        Assert.Equal("completed", (await app.GetAsync($"casts/{old}")).GetProperty("status").GetString());
        await DownloadAsync(app, $"casts/{again}/artifacts/page/a.txt");

        await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{again}/cancel");
        await app.EndAsync(again, "cancelled");
        await Eventually.SeeAsync(() => app.GetAsync("ops/retention"), now => Names(now, "casts").Count == 2, app.Process);
        Assert.Equal(2, Count(await RoundAsync(app), "casts"));
    }

    [Fact]
    public async Task Artifacts_may_go_before_their_cast_which_says_so()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);
        string cast = await app.CastAsync(Samples.Page("a.txt", "text/plain", "some text"));
        await app.EndAsync(cast);
        await ChangeAsync(app, ("Artifacts", "PT1S"), ("Casts", "P1D"));

        JsonElement told = await Eventually.SeeAsync(() => app.GetAsync("ops/retention"), now => Names(now, "artifacts").Count == 1, app.Process);
        Assert.Equal((cast, 9L), (Names(told, "artifacts").Single(), Of(told, "artifacts").GetProperty("bytes").GetInt64()));
        await DownloadAsync(app, $"casts/{cast}/artifacts/page/a.txt");
        Assert.Equal(1, Count(await RoundAsync(app), "artifacts"));

        await app.RefusedAsync(HttpStatusCode.Gone, "artifact.expired", "GET", $"casts/{cast}/artifacts/page/a.txt");
        JsonElement now = await app.GetAsync($"casts/{cast}");
        Assert.Equal(("completed", JsonValueKind.String), (now.GetProperty("status").GetString(), now.GetProperty("artifactsRemovedAt").ValueKind));
        Assert.DoesNotContain(Stored.Files(app, cast), file => file.Contains("artifacts", StringComparison.Ordinal));
        Assert.Equal(0, Count(await RoundAsync(app), "artifacts"));
    }

    [Fact]
    [Trait("Row", "KZ14")]
    public async Task A_letter_keeps_its_cast_until_its_own_time_is_over()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);
        string cast = await app.CastAsync(Samples.Doomed);
        await app.EndAsync(cast, "failed");
        await ChangeAsync(app, ("Casts", "PT1S"), ("DeadLetters", "P1D"));
        Assert.Equal(0, Count(await RoundAsync(app), "casts"));

        await ChangeAsync(app, ("Casts", "PT1S"), ("DeadLetters", "PT1S"));
        JsonElement told = await app.GetAsync("ops/retention");
        JsonElement removed = await RoundAsync(app);

        Assert.Equal([cast], Names(told, "deadLetters"));
        Assert.Equal([cast], Names(told, "casts"));
        Assert.Equal((1, 1), (Count(removed, "deadLetters"), Count(removed, "casts")));
        Assert.Empty((await app.GetAsync("deadletters")).GetProperty("letters").EnumerateArray());
        await app.RefusedAsync(HttpStatusCode.NotFound, "cast.notFound", "GET", $"casts/{cast}");
    }

    /// <summary>The app with these settings.</summary>
    static async Task ChangeAsync(GrimoireApp app, params (string Name, string Keep)[] settings)
    {
        await app.Process.StopAsync();
        app.Settings["Retention__Interval"] = Never;
        foreach ((string name, string keep) in settings)
        {
            app.Settings[$"Retention__{name}"] = keep;
        }

        await app.RestartAsync();
    }

    /// <summary>Lets a round run and gives what it has removed.</summary>
    static async Task<JsonElement> RoundAsync(GrimoireApp app)
    {
        int number = (await app.ExpectAsync(HttpStatusCode.Accepted, "POST", "ops/retention")).GetProperty("round").GetInt32();
        JsonElement now = await Eventually.SeeAsync(
            () => app.GetAsync("ops/retention"),
            seen => seen.TryGetProperty("round", out JsonElement round) && round.ValueKind == JsonValueKind.Object
                && round.GetProperty("round").GetInt32() >= number && round.GetProperty("state").GetString() is "ended" or "failed",
            app.Process);
        Assert.Equal("ended", now.GetProperty("round").GetProperty("state").GetString());
        return now.GetProperty("round").GetProperty("removed");
    }

    static async Task DownloadAsync(GrimoireApp app, string path)
    {
        using HttpResponseMessage response = await app.Process.ExpectAsync(HttpStatusCode.OK, app.SendAsync("GET", path));
        Assert.NotEqual("", await response.Content.ReadAsStringAsync());
    }

    static int Count(JsonElement removed, string kind) => removed.TryGetProperty(kind, out JsonElement count) ? count.GetInt32() : 0;

    static JsonElement Of(JsonElement told, string kind) => told.GetProperty("due").EnumerateArray().Single(due => due.GetProperty("kind").GetString() == kind);

    static IReadOnlyList<string> Names(JsonElement told, string kind) => [.. Of(told, kind).GetProperty("names").EnumerateArray().Select(name => name.GetString()!)];

    static IEnumerable<string> Sorted(params string[] names) => names.Order(StringComparer.Ordinal);

    static Task<JsonElement> CookEndsAsync(GrimoireApp app, string cook) => Eventually.SeeAsync(
        () => app.GetAsync($"cooks/{cook}"), now => now.GetProperty("runtimeStatus").GetString() is "Completed" or "Failed", app.Process);
}
