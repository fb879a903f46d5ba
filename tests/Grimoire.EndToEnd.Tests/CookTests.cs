using System.Globalization;
using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Cooks, over the real app. COOK_PIECES says how many pieces the large one has; 300 if it does not.</summary>
public sealed class CookTests(ITestOutputHelper output)
{
    static readonly int ManyPieces = int.Parse(Environment.GetEnvironmentVariable("COOK_PIECES") ?? "300", CultureInfo.InvariantCulture);

    /// <summary>Charges once for each piece, and fails for those whose "n" is wanted to.</summary>
    static readonly object Spell = new
    {
        slug = "piece",
        inputs = new { type = "object", required = (string[])["n"], properties = new { n = new { type = "integer" }, fail = new { type = "boolean", @default = false } } },
        steps = (object[])
        [
            new { id = "pay", tool = "pay", with = new { n = "${inputs.n}" } },
            new { id = "check", tool = "json.value", with = new { value = "${inputs.fail ? number('no number') : inputs.n}" } },
        ],
    };

    [Fact]
    [Trait("Row", "CK02")]
    [Trait("Row", "CK03")]
    [Trait("Row", "CK04")]
    [Trait("Row", "CK06")]
    [Trait("Row", "UX06")]
    [Trait("Row", "UX10")]
    public async Task Every_piece_is_cast_once_and_those_that_failed_can_be_cast_again()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await StartAsync(sandbox);

        string cook = await CookAsync(app, new { spell = "piece", pieces = Pieces(40, n => n % 10 == 3), concurrency = 5, tolerated = 20 });
        JsonElement end = await EndAsync(app, cook, "completed");

        Assert.Equal((40, 36, 4, 0.4m), Progress(end));
        JsonElement failed = await app.GetAsync($"cooks/{cook}/pieces?status=failed");
        Assert.Equal([3, 13, 23, 33], failed.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetProperty("piece").GetInt32()));
        foreach (JsonElement piece in failed.GetProperty("pieces").EnumerateArray())
        {
            Assert.NotEqual("", piece.GetProperty("code").GetString());
            Assert.Contains("check", piece.GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        JsonElement cast = await app.GetAsync($"casts/{failed.GetProperty("pieces")[1].GetProperty("castId").GetString()}");
        Assert.Equal((13, true), (cast.GetProperty("inputs").GetProperty("n").GetInt32(), cast.GetProperty("inputs").GetProperty("fail").GetBoolean()));
        Assert.Equal(("cook", cook, 13), (cast.GetProperty("platform").GetString(), cast.GetProperty("cook").GetProperty("cookId").GetString(), cast.GetProperty("cook").GetProperty("piece").GetInt32()));
        Assert.Equal(40, (await app.GetAsync($"casts?cook={cook}&top=200")).GetProperty("casts").GetArrayLength());
        Assert.Equal(0, (await app.GetAsync("casts?top=200")).GetProperty("casts").GetArrayLength());

        JsonElement retried = await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"cooks/{cook}/retryFailed");
        Assert.Equal((2, 4), (retried.GetProperty("generation").GetInt32(), retried.GetProperty("pieces").GetInt32()));
        end = await EndAsync(app, cook, "completed", generation: 2);

        Assert.Equal((40, 36, 4, 0.44m), Progress(end));
        SandboxCalls calls = await sandbox.CallsAsync("/paid");
        Assert.Equal((44, 0), (calls.Keys.Count, calls.Repeated.Count));
    }

    [Fact]
    [Trait("Row", "UX10")]
    [Trait("Row", "KZ03")]
    public async Task A_large_cook_survives_the_death_of_the_app()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await StartAsync(sandbox, ("Casts__Lease", "00:00:02"));

        string cook = await CookAsync(app, new { spell = "piece", pieces = Pieces(ManyPieces, n => n % 20 == 7), concurrency = 32, tolerated = 10 });
        await SeeAsync(app, cook, now => Ended(now) > ManyPieces / 3);
        await app.Process.KillAsync();
        await app.RestartAsync();
        JsonElement end = await EndAsync(app, cook, "completed");

        int failing = Enumerable.Range(0, ManyPieces).Count(n => n % 20 == 7);
        Assert.Equal((ManyPieces, ManyPieces - failing, failing), (Progress(end).Total, Progress(end).Completed, Progress(end).Failed));
        SandboxCalls calls = await sandbox.CallsAsync("/paid");
        Assert.Equal(0, calls.Forgotten);
        Assert.Empty(calls.Repeated);
    }

    [Fact]
    [Trait("Row", "UX10")]
    public async Task It_stops_when_more_have_failed_than_are_tolerated_and_the_rest_can_be_cast_then()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await StartAsync(sandbox);

        string cook = await CookAsync(app, new { spell = "piece", pieces = Pieces(30, n => n == 2), concurrency = 1 });
        JsonElement end = await EndAsync(app, cook, "failed");

        Assert.Equal("cook.tooManyFailed", end.GetProperty("failure").GetProperty("code").GetString());
        Assert.Equal((30, 2, 1), (Progress(end).Total, Progress(end).Completed, Progress(end).Failed));
        Assert.Equal(28, (await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"cooks/{cook}/retryFailed")).GetProperty("pieces").GetInt32());
    }

    [Fact]
    [Trait("Row", "UX06")]
    public async Task Its_budget_stops_it_before_the_piece_that_would_exceed_it()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await StartAsync(sandbox);

        string cook = await CookAsync(app, new { spell = "piece", pieces = Pieces(30, _ => false), concurrency = 4, budgetUsd = 0.1 });
        JsonElement end = await EndAsync(app, cook, "failed");

        Assert.Equal("cook.budget", end.GetProperty("failure").GetProperty("code").GetString());
        Assert.Equal((30, 10, 0, 0.1m), Progress(end));
        Assert.Equal(10, (await sandbox.CallsAsync("/paid")).Count);
    }

    [Fact]
    [Trait("Row", "UX10")]
    public async Task It_can_be_held_and_ended()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await StartAsync(sandbox);
        object slow = new { slug = "slow", inputs = new { type = "object", properties = new { n = new { type = "integer" } } }, steps = (object[])[new { id = "wait", tool = "wait", with = new { @for = "PT1S" } }] };

        string cook = await CookAsync(app, new { spell = slow, pieces = Enumerable.Range(0, 50).Select(n => new { n }), concurrency = 2 });
        await Eventually.SeeAsync(() => app.GetAsync($"cooks/{cook}"), now => Progress(now).Completed > 0, app.Process);
        await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"cooks/{cook}/pause", new { reason = "Too dear at noon." });
        JsonElement paused = await Eventually.SeeAsync(
            () => app.GetAsync($"cooks/{cook}"), now => now.GetProperty("status").GetString() == "paused" && now.GetProperty("progress").GetProperty("running").GetInt32() == 0, app.Process);
        await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"cooks/{cook}/resume");
        await Eventually.SeeAsync(() => app.GetAsync($"cooks/{cook}"), now => Progress(now).Completed > Progress(paused).Completed, app.Process);
        await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"cooks/{cook}/cancel", new { reason = "Enough." });
        JsonElement end = await EndAsync(app, cook, "cancelled");

        Assert.Equal("Enough.", end.GetProperty("reason").GetString());
        Assert.True(Progress(end).Completed < 50);
        Assert.Equal(0, end.GetProperty("progress").GetProperty("running").GetInt32());
        await app.RefusedAsync(HttpStatusCode.Conflict, "cook.ended", "POST", $"cooks/{cook}/cancel");
    }

    [Fact]
    [Trait("Row", "CK01")]
    public async Task The_same_request_starts_one_cook_however_often_it_comes()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await StartAsync(sandbox);
        object wish = new { spell = "piece", pieces = Pieces(10, _ => false) };

        string[] cooks = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => CookAsync(app, wish, "order-1")));

        Assert.Single(cooks.Distinct());
        await EndAsync(app, cooks[0], "completed");
        Assert.Equal(cooks[0], await CookAsync(app, wish, "order-1"));
        Assert.Equal(10, (await sandbox.CallsAsync("/paid")).Count);
        Assert.Equal(1, (await app.GetAsync("cooks")).GetProperty("cooks").GetArrayLength());
        await app.RefusedAsync(HttpStatusCode.UnprocessableEntity, "idempotencyKey.reused", "POST", "cooks", new { spell = "piece", pieces = Pieces(11, _ => false) }, ("Idempotency-Key", "order-1"));
    }

    [Fact]
    [Trait("Row", "CK05")]
    public async Task What_cannot_be_cooked_is_told_before_anything_is_cast()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await StartAsync(sandbox);

        JsonElement unknown = await app.RefusedAsync(HttpStatusCode.NotFound, "spell.notFound", "POST", "cooks", new { spell = "nobodys", pieces = Pieces(1, _ => false) });
        Assert.Contains("'nobodys'", unknown.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await app.RefusedAsync(HttpStatusCode.UnprocessableEntity, "cook.invalid", "POST", "cooks", new { pieces = Pieces(1, _ => false) });
        JsonElement unfit = await app.RefusedAsync(
            HttpStatusCode.UnprocessableEntity, "pieces.invalid", "POST", "cooks", new { spell = "piece", pieces = (object[])[new { n = 1 }, new { n = "two" }, new { }] });
        Assert.Equal(["/pieces/1/n", "/pieces/2/n"], unfit.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()));
        await app.RefusedAsync(HttpStatusCode.BadRequest, "query.invalid", "POST", "cooks?account=No%20account", new { spell = "piece", pieces = Pieces(1, _ => false) });
        Assert.Equal(0, (await app.GetAsync("cooks")).GetProperty("cooks").GetArrayLength());
    }

    [Fact]
    [Trait("Row", "UX10")]
    public async Task Its_pieces_may_come_as_a_table()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await StartAsync(sandbox);

        JsonElement csv = await app.ExpectAsync(HttpStatusCode.Accepted, "POST", "cooks?spell=piece&tolerated=50", "n,fail\n1,false\n2,true\n", ("Content-Type", "text/csv"));
        JsonElement lines = await app.ExpectAsync(HttpStatusCode.Accepted, "POST", "cooks?spell=piece", "{\"n\":3}\n", ("Content-Type", "application/jsonl"));

        Assert.Equal((2, 1, 1, 0.02m), Progress(await EndAsync(app, csv.GetProperty("cookId").GetString()!, "completed")));
        Assert.Equal((1, 1, 0, 0.01m), Progress(await EndAsync(app, lines.GetProperty("cookId").GetString()!, "completed")));
    }

    static async Task<GrimoireApp> StartAsync(SandboxProcess sandbox, params (string Name, string Value)[] settings)
    {
        GrimoireApp app = GrimoireApp.Of(storage: null);
        foreach ((string name, string value) in settings)
        {
            app.Settings[name] = value;
        }

        await app.RestartAsync();
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "tools/pay", new
        {
            kind = "http",
            request = new { url = new Uri(sandbox.Url, "paid").ToString(), body = new { value = "${inputs.n}" } },
            response = new { output = new { value = "${response.body.value}" }, costUsd = "${response.body.costUsd}" },
            cost = new { estimateUsd = 0.01 },
        });
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/piece", Spell);
        return app;
    }

    static IEnumerable<object> Pieces(int count, Func<int, bool> fails) => Enumerable.Range(0, count).Select(n => new { n, fail = fails(n) });

    static async Task<string> CookAsync(GrimoireApp app, object wish, string? key = null) =>
        (await app.ExpectAsync(HttpStatusCode.Accepted, "POST", "cooks", wish, key is null ? [] : [("Idempotency-Key", key)])).GetProperty("cookId").GetString()!;

    async Task<JsonElement> EndAsync(GrimoireApp app, string cook, string status, int generation = 1)
    {
        JsonElement end = await SeeAsync(app, cook, now =>
            now.GetProperty("generation").GetInt32() == generation && now.GetProperty("runtimeStatus").GetString() is ("Completed" or "Failed") && now.GetProperty("status").GetString() is ("completed" or "failed" or "cancelled"));
        output.WriteLine(end.ToString());
        Assert.Equal(status, end.GetProperty("status").GetString());
        return end;
    }

    /// <summary>Waits for as long as it gets on.</summary>
    static async Task<JsonElement> SeeAsync(GrimoireApp app, string cook, Func<JsonElement, bool> wanted)
    {
        for (int ended = 0; ;)
        {
            JsonElement now = await Eventually.SeeAsync(() => app.GetAsync($"cooks/{cook}"), now => wanted(now) || Ended(now) >= ended + 500, app.Process);
            if (wanted(now))
            {
                return now;
            }

            ended = Ended(now);
        }
    }

    static int Ended(JsonElement cook) => cook.GetProperty("progress").GetProperty("ended").GetInt32();

    static (int Total, int Completed, int Failed, decimal CostUsd) Progress(JsonElement cook)
    {
        JsonElement progress = cook.GetProperty("progress");
        return (progress.GetProperty("total").GetInt32(), progress.GetProperty("completed").GetInt32(), progress.GetProperty("failed").GetInt32(), progress.GetProperty("costUsd").GetDecimal());
    }
}
