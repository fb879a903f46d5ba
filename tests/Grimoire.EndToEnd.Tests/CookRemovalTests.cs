using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Cooks that somebody deletes: gone at once, and in the background wholly, whatever dies in between.</summary>
public sealed class CookRemovalTests(ITestOutputHelper output)
{
    static object Spell { get; } = new
    {
        slug = "pages",
        inputs = new { type = "object", properties = new { n = new { type = "integer" } } },
        steps = (object[])
        [
            new { id = "page", tool = "text.artifact", with = new { name = "page.txt", text = "Piece ${inputs.n}" } },
            new { id = "check", tool = "json.value", with = new { value = "${inputs.n == 3 ? number('no number') : inputs.n}" } },
        ],
    };

    [Fact]
    [Trait("Row", "UX10")]
    [Trait("Row", "KZ03")]
    public async Task A_cook_of_a_hundred_pieces_leaves_nothing_behind_though_the_app_is_killed_in_the_middle()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);
        object wish = new { spell = Spell, pieces = Enumerable.Range(0, 100).Select(n => new { n }), concurrency = 20, tolerated = 10 };
        string cook = await CookAsync(app, wish, "cook-1");
        string other = await CookAsync(app, new { spell = Spell, pieces = (object[])[new { n = 1 }, new { n = 3 }], tolerated = 50 }, "cook-2");
        await CookEndsAsync(app, cook);
        await CookEndsAsync(app, other);
        string unique = cook[(cook.IndexOf('-', StringComparison.Ordinal) + 1)..];
        int before = Stored.Files(app, unique).Count;
        Assert.True(before > 500, $"Only {before} files are stored of the cook.");
        Assert.Equal(101, (await Stored.InstancesAsync(app, unique)).Count);
        IReadOnlyList<string> others = Stored.Files(app, other[(other.IndexOf('-', StringComparison.Ordinal) + 1)..]);

        JsonElement deleting = await app.ExpectAsync(HttpStatusCode.Accepted, "DELETE", $"cooks/{cook}");
        Assert.Equal("deleting", deleting.GetProperty("status").GetString());
        await app.RefusedAsync(HttpStatusCode.NotFound, "cook.notFound", "GET", $"cooks/{cook}");
        await Eventually.SeeAsync(() => Task.FromResult(Stored.Files(app, unique).Count), left => left < before - 50, app.Process);
        await app.Process.KillAsync();
        int left = Stored.Files(app, unique).Count;
        output.WriteLine($"{before} files before, {left} when it was killed.");
        Assert.InRange(left, 1, before - 50);
        await app.RestartAsync();

        await Eventually.SeeAsync(() => Task.FromResult(Stored.Files(app, unique).Count), files => files == 0, app.Process);
        Assert.Empty(await Stored.InstancesAsync(app, unique));
        Assert.Empty((await app.GetAsync($"casts?cook={cook}")).GetProperty("casts").EnumerateArray());
        Assert.Equal([other], (await app.GetAsync("cooks")).GetProperty("cooks").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
        Assert.Equal(others, Stored.Files(app, other[(other.IndexOf('-', StringComparison.Ordinal) + 1)..]));
        Assert.Equal(3, (await Stored.InstancesAsync(app, other[(other.IndexOf('-', StringComparison.Ordinal) + 1)..])).Count);
        Assert.Single((await app.GetAsync("deadletters")).GetProperty("letters").EnumerateArray());
        await app.RefusedAsync(HttpStatusCode.Conflict, "cast.deleted", "POST", "cooks", wish, ("Idempotency-Key", "cook-1"));
        await app.RefusedAsync(HttpStatusCode.NotFound, "cook.notFound", "DELETE", $"cooks/{cook}");
    }

    [Fact]
    [Trait("Row", "UX10")]
    public async Task One_that_runs_is_not_deleted_and_one_that_is_can_be_asked_for_twice()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);
        string cook = await CookAsync(app, new { spell = Samples.Patient, pieces = (object[])[new { }, new { }] }, "cook-1");

        await app.RefusedAsync(HttpStatusCode.Conflict, "cook.running", "DELETE", $"cooks/{cook}");
        await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"cooks/{cook}/cancel");
        await CookEndsAsync(app, cook);
        using HttpResponseMessage first = await app.SendAsync("DELETE", $"cooks/{cook}");
        using HttpResponseMessage second = await app.SendAsync("DELETE", $"cooks/{cook}");

        // The second one may come when nothing is left.
        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Contains(second.StatusCode, (HttpStatusCode[])[HttpStatusCode.Accepted, HttpStatusCode.NotFound]);
        string unique = cook[(cook.IndexOf('-', StringComparison.Ordinal) + 1)..];
        await Eventually.SeeAsync(() => Task.FromResult(Stored.Files(app, unique).Count), files => files == 0, app.Process);
        await Eventually.SeeAsync(() => Stored.InstancesAsync(app, unique), instances => instances.Count == 0, app.Process);
    }

    static async Task<string> CookAsync(GrimoireApp app, object wish, string key) =>
        (await app.ExpectAsync(HttpStatusCode.Accepted, "POST", "cooks", wish, ("Idempotency-Key", key))).GetProperty("cookId").GetString()!;

    static Task<JsonElement> CookEndsAsync(GrimoireApp app, string cook) => Eventually.SeeAsync(
        () => app.GetAsync($"cooks/{cook}"), now => now.GetProperty("runtimeStatus").GetString() is "Completed" or "Failed", app.Process);
}
