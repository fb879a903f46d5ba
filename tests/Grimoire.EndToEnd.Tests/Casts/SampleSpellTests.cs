using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests.Casts;

/// <summary>Every sample spell, cast over HTTP against the sandbox.</summary>
[Collection(RunningCastsTests.Name)]
public sealed class SampleSpellTests(RunningCasts running)
{
    const string Event = """{"event":"a jazz night"}""";

    readonly CastingApp _app = running.App;

    [Fact]
    [Trait("Row", "UX17")]
    [Trait("Row", "SP13")]
    public async Task Hello_greets_and_keeps_the_greeting()
    {
        var id = await _app.CastSavedAsync("hello");

        var cast = await _app.EndAsync(id);

        Assert.Equal("Hello, world!", (string?)cast["output"]!["greeting"]);
        Assert.Equal("Hello, world!", Encoding.UTF8.GetString(await _app.DownloadAsync(Assert.Single(cast.Artifacts()))));
        Assert.Equal(0, cast.CostUsd());
        Assert.Equal(
            [
                "cast.created", "cast.started", "step.started:greet", "attempt.started:greet", "step.completed:greet",
                "step.started:keep", "attempt.started:keep", "artifact.stored:keep", "step.completed:keep", "cast.completed",
            ],
            await _app.EventNamesAsync(id));
        Assert.Equal([$"{id}.greet.1", $"{id}.keep.1"], (await _app.AttemptsAsync(id)).Select(attempt => (string?)attempt["id"]));
    }

    [Fact]
    [Trait("Row", "UX17")]
    [Trait("Row", "AZ04")]
    [Trait("Row", "SP11")]
    public async Task Album_cover_draws_the_cover_a_large_one_and_a_mockup_of_each_thing()
    {
        var id = await _app.CastSavedAsync("album-cover", """{"artist":"Sigur Rós","hd":true}""");

        var cast = await _app.EndAsync(id);

        var sizes = new Dictionary<string, Png>();
        foreach (var artifact in cast.Artifacts())
        {
            var bytes = await _app.DownloadAsync(artifact);
            Assert.Equal("image/png", (string?)artifact["contentType"]);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), (string?)artifact["sha256"]);
            sizes[(string)artifact["artifact"]!] = Png.Read(bytes);
        }

        Assert.Equal(
            [
                ("image/cover.png", new Png(256, 256)),
                ("mockups/0/mug.png", new Png(128, 128)), ("mockups/1/shirt.png", new Png(128, 128)), ("mockups/2/poster.png", new Png(128, 128)),
                ("upscale/cover-hd.png", new Png(1024, 1024)),
            ],
            sizes.OrderBy(size => size.Key, StringComparer.Ordinal).Select(size => (size.Key, size.Value)));
        Assert.Equal("upscale/cover-hd.png", (string?)cast["output"]!["cover"]!["artifact"]);
        Assert.Equal(["mockups/0/mug.png", "mockups/1/shirt.png", "mockups/2/poster.png"], cast["output"]!["mockups"]!.AsArray().Select(mockup => (string?)mockup!["artifact"]));
        await CostsAsync(id, cast, pictures: 5);
    }

    [Fact]
    public async Task Album_cover_without_hd_skips_the_large_one_and_falls_back_on_the_cover()
    {
        var id = await _app.CastSavedAsync("album-cover", """{"artist":"Ada","things":[]}""");

        var cast = await _app.EndAsync(id);

        Assert.Equal("skipped", cast.Step("upscale").Status());
        Assert.Equal("image/cover.png", (string?)cast["output"]!["cover"]!["artifact"]);
        Assert.Contains("step.skipped:upscale", await _app.EventNamesAsync(id));
        await CostsAsync(id, cast, pictures: 1);
    }

    [Fact]
    [Trait("Row", "UX03")]
    public async Task Storyboard_casts_a_panel_for_each_scene_and_writes_them_on_a_page()
    {
        var id = await _app.CastSavedAsync("storyboard", """{"story":"A lighthouse that travels"}""");

        var cast = await _app.EndAsync(id);

        var panels = cast["output"]!["panels"]!.AsArray();
        Assert.Equal(["draw/panel-1.png", "draw/panel-2.png", "draw/panel-3.png"], panels.Select(panel => (string?)panel!["artifact"]));
        foreach (var panel in panels)
        {
            var child = await _app.LookAsync((string)panel!["castId"]!);
            Assert.Equal(id, (string?)child["parent"]!["castId"]);
            var drawn = await _app.DownloadAsync(panel);
            Assert.Equal(new Png(320, 180), Png.Read(drawn));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(drawn)), (string?)child["output"]!["sha256"]);
        }

        var page = Encoding.UTF8.GetString(await _app.DownloadAsync(cast["output"]!["page"]!));
        Assert.StartsWith("# ", page, StringComparison.Ordinal);
        Assert.Contains("lighthouse", page, StringComparison.Ordinal);
        await CostsAsync(id, cast, pictures: 3);
    }

    [Fact]
    [Trait("Row", "UX03")]
    [Trait("Row", "KZ06")]
    [Trait("Row", "KZ13")]
    public async Task Resilient_meets_its_trouble_and_completes()
    {
        var id = await _app.CastSavedAsync("resilient");

        var cast = await _app.EndAsync(id);

        Assert.Equal("paid in the end", (string?)cast["output"]!["charge"]);
        Assert.StartsWith("No forecast: ", (string?)cast["output"]!["forecast"], StringComparison.Ordinal);
        Assert.Equal("deliver has failed (http.status).", (string?)cast["output"]!["apology"]);
        Assert.False((bool)cast["output"]!["decorated"]!);
        Assert.Equal(
            [("arrange", "completed", 1), ("charge", "completed", 3), ("forecast", "failed", 2), ("deliver", "failed", 1), ("decorate", "failed", 1), ("apologise", "completed", 1)],
            cast["steps"]!.AsArray().Select(step => ((string)step!["id"]!, step.Status(), (int)step["attempts"]!)));
        Assert.Equal(("value", "apologise"), ((string?)cast.Step("forecast")["caughtBy"], (string?)cast.Step("deliver")["caughtBy"]));
        Assert.Equal(0.01m, cast.CostUsd());
    }

    [Fact]
    [Trait("Row", "UX03")]
    [Trait("Row", "UX17")]
    public async Task Poster_draws_asks_a_person_and_prints_and_sends_what_is_approved()
    {
        var id = await AskAsync();

        await AnswerAsync(id, """{"approved":true,"by":"ann@example.com"}""");

        var cast = await _app.EndAsync(id);
        var drawn = new List<(string?, Png)>();
        foreach (var artifact in cast.Artifacts())
        {
            drawn.Add(((string?)artifact["artifact"], Png.Read(await _app.DownloadAsync(artifact))));
        }

        Assert.Equal([("draft/files.png", new Png(240, 336)), ("print/files.png", new Png(1200, 1680))], drawn);
        Assert.Equal("print/files.png", (string?)cast["output"]!["poster"]!["artifact"]);
        Assert.Equal((string?)cast["output"]!["poster"]!["sha256"], (string?)cast["output"]!["sent"]);
        Assert.Null(cast["output"]!["declined"]);
        Assert.Equal("skipped", cast.Step("decline").Status());
        Assert.Equal(
            ["job.callback:draft", "approval.requested:review", "approval.answered:review", "job.callback:print"],
            (await _app.EventNamesAsync(id)).Where(name => name.StartsWith("job.callback:", StringComparison.Ordinal) || name.StartsWith("approval.", StringComparison.Ordinal)));
        await CostsAsync(id, cast, pictures: 2);
    }

    [Theory]
    [Trait("Row", "UX03")]
    [Trait("Row", "UX17")]
    [InlineData("""{"approved":false,"by":"bob@example.com","comment":"Too blue."}""", "Declined by bob@example.com: Too blue.")]
    [InlineData("""{"approved":false,"by":"bob@example.com"}""", "Declined by bob@example.com: no reason given")]
    public async Task Poster_that_is_declined_is_not_printed(string answer, string said)
    {
        var id = await AskAsync();

        await AnswerAsync(id, answer);

        await DeclinedAsync(id, said);
    }

    [Fact]
    [Trait("Row", "UX03")]
    [Trait("Row", "UX17")]
    public async Task Poster_that_nobody_looks_at_in_time_is_not_printed()
    {
        var poster = SampleFiles.Spell("poster");
        Assert.Contains("timeout: P1D", poster.Text, StringComparison.Ordinal);
        await _app.SaveAsync(poster with
        {
            Name = "hasty-poster",
            Text = poster.Text.Replace("slug: poster", "slug: hasty-poster", StringComparison.Ordinal).Replace("timeout: P1D", "timeout: PT1S", StringComparison.Ordinal),
        });

        var id = await _app.CastSavedAsync("hasty-poster", Event);

        await DeclinedAsync(id, "Declined by nobody: It was not looked at in time.");
    }

    [Fact]
    public async Task Nightly_waits_and_reports()
    {
        var id = await _app.CastSavedAsync("nightly", """{"pause":"PT1S"}""");

        var cast = await _app.EndAsync(id);

        Assert.Equal(id, (string?)cast["output"]!["report"]!["cast"]);
        var waited = (DateTimeOffset)cast.Step("sleep")["endedAt"]! - (DateTimeOffset)cast.Step("sleep")["startedAt"]!;
        Assert.InRange(waited, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    [Trait("Row", "NX02")]
    [Trait("Row", "NX17")]
    public async Task Codegen_readme_writes_exactly_one_file()
    {
        var id = await _app.CastSavedAsync("codegen-readme");

        var cast = await _app.EndAsync(id);

        var readme = Assert.Single(cast.Artifacts());
        Assert.Equal("write/README.md", (string?)readme["artifact"]);
        Assert.Contains("Test Documentation", Encoding.UTF8.GetString(await _app.DownloadAsync(readme)), StringComparison.Ordinal);
        Assert.Equal(
            ["cast.created", "cast.started", "step.started:write", "attempt.started:write", "llm.usage:write", "artifact.stored:write", "step.completed:write", "cast.completed"],
            await _app.EventNamesAsync(id));
        Assert.InRange((DateTimeOffset)cast["endedAt"]! - (DateTimeOffset)cast["createdAt"]!, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    /// <summary>Casts the poster and waits until it asks for a look at what it has drawn.</summary>
    async Task<string> AskAsync()
    {
        var id = await _app.CastSavedAsync("poster", Event);
        var cast = await _app.SeeAsync(id, cast => cast.Step("review")["waits"] is not null || cast.Status() == "failed");
        Assert.Equal($"Print the poster at /{CastingApp.UrlOf(Assert.Single(cast.Artifacts()))}?", (string?)cast.Step("review")["waits"]?["question"]);
        return id;
    }

    async Task AnswerAsync(string id, string answer)
    {
        using var response = await _app.Process.ExpectAsync(HttpStatusCode.Accepted, _app.PostAsync($"api/casts/{id}/steps/review/answer", answer));
    }

    async Task DeclinedAsync(string id, string said)
    {
        var cast = await _app.EndAsync(id);
        Assert.Equal(said, (string?)cast["output"]!["declined"]);
        Assert.Null(cast["output"]!["poster"]);
        Assert.Equal(("skipped", "skipped"), (cast.Step("print").Status(), cast.Step("send").Status()));
        await CostsAsync(id, cast, pictures: 1);
    }

    /// <summary>Each picture is 0.02; the rest is what the model's tokens cost.</summary>
    async Task CostsAsync(string id, JsonNode cast, int pictures)
    {
        var attempts = await _app.AttemptsAsync(id);
        var models = attempts.SelectMany(attempt => attempt["usage"]!.AsArray()).Sum(usage =>
            (((int)usage!["inputTokens"]! * 0.15m) + ((int)usage["outputTokens"]! * 0.6m)) / 1_000_000m);
        Assert.True(models > 0);
        Assert.Equal((pictures * 0.02m) + models, cast.CostUsd());
        Assert.Equal(attempts.Sum(attempt => attempt.CostUsd()), cast.CostUsd());
        Assert.Equal(cast.CostUsd(), (decimal)(await _app.EventsAsync(id))[^1]["data"]!["costUsd"]!);
    }
}
