using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Casts that have failed for good, until somebody has dealt with them. Each test has an account of its own.</summary>
[Collection(SharedApp.Name)]
public sealed class DeadLettersTests(AppWithFiles shared)
{
    readonly GrimoireApp _app = shared.App;

    /// <summary>Fails if it is told to.</summary>
    static object Fragile { get; } = new
    {
        slug = "fragile",
        inputs = new { type = "object", properties = new { fail = new { type = "boolean", @default = false } } },
        steps = (object[])[new { id = "check", tool = "json.value", with = new { value = "${inputs.fail ? number('no number') : 1}" } }],
    };

    [Fact]
    [Trait("Row", "KZ14")]
    public async Task A_cast_that_has_failed_is_listed_with_where_and_why_until_it_is_done_again()
    {
        string good = await CastAsync("letters1", Samples.Page("a.txt", "text/plain", "a"));
        string bad = await CastAsync("letters1", Samples.Doomed);
        string held = await CastAsync("letters1", Samples.Patient);
        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{held}/cancel");
        await _app.EndAsync(good);
        await _app.EndAsync(held, "cancelled");
        await _app.EndAsync(bad, "failed");

        JsonElement letter = Assert.Single(await LettersAsync("letters1"));
        Assert.Equal(letter.ToString(), (await _app.GetAsync($"deadletters/{bad}")).ToString());
        Assert.Equal((bad, "doomed", "letters1"), (letter.GetProperty("castId").GetString(), letter.GetProperty("spell").GetString(), letter.GetProperty("account").GetString()));
        JsonElement failure = letter.GetProperty("failure");
        Assert.Equal(
            ("parse", 1, "execute", "json.malformed"),
            (failure.GetProperty("step").GetString(), failure.GetProperty("attempt").GetInt32(), failure.GetProperty("phase").GetString(), failure.GetProperty("code").GetString()));
        Assert.NotEqual("", failure.GetProperty("message").GetString());
        Assert.True(letter.GetProperty("failedAt").GetDateTimeOffset() >= letter.GetProperty("createdAt").GetDateTimeOffset());
        await _app.RefusedAsync(HttpStatusCode.NotFound, "deadletter.notFound", "GET", $"deadletters/{good}");

        string again = (await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{bad}/redrive")).GetProperty("castId").GetString()!;
        Assert.DoesNotContain(bad, await IdsAsync("letters1"));
        await _app.RefusedAsync(HttpStatusCode.NotFound, "deadletter.notFound", "GET", $"deadletters/{bad}");
        await _app.EndAsync(again, "failed");

        letter = Assert.Single(await LettersAsync("letters1"));
        Assert.Equal((again, bad), (letter.GetProperty("castId").GetString(), letter.GetProperty("redriveOf").GetString()));
        Assert.Equal(again, (await EventAsync(bad, "cast.redriven")).GetProperty("data").GetProperty("castId").GetString());
        await _app.ExpectAsync(HttpStatusCode.NoContent, "DELETE", $"casts/{again}");
        Assert.Empty(await LettersAsync("letters1"));
    }

    [Fact]
    [Trait("Row", "KZ14")]
    public async Task A_sub_cast_that_fails_is_the_failure_of_the_cast_it_belongs_to()
    {
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/doomed?account=letters2", Samples.Doomed);
        string outer = await CastAsync("letters2", new { slug = "outer", steps = (object[])[new { id = "sub", spell = "doomed", with = new { } }] });
        await _app.EndAsync(outer, "failed");

        JsonElement letter = Assert.Single(await LettersAsync("letters2"));

        Assert.Equal((outer, "cast.failed"), (letter.GetProperty("castId").GetString(), letter.GetProperty("failure").GetProperty("code").GetString()));
        Assert.Equal([outer], await IdsAsync("letters2", "&failureCode=json.malformed"));
        Assert.Empty(await IdsAsync("letters2", "&failureCode=http.status"));
    }

    [Fact]
    [Trait("Row", "KZ14")]
    [Trait("Row", "UX11")]
    public async Task Two_hundred_are_done_again_by_a_filter_each_once_by_two_at_once()
    {
        await FailAsync("letters3", "first", 120);
        await FailAsync("letters3", "second", 80);
        Assert.Equal(200, (await IdsAsync("letters3")).Count);
        Assert.Equal(80, (await IdsAsync("letters3", "&spell=second")).Count);
        object body = new { filter = new { spell = "first", failureCode = "json.malformed", failedStep = "parse" } };

        JsonElement page = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "deadletters/redrive?account=letters3&top=20", body);
        Assert.Equal((20, 0, 100), (page.GetProperty("redriven").GetArrayLength(), page.GetProperty("refused").GetArrayLength(), page.GetProperty("remaining").GetInt32()));
        JsonElement[][] both = await Task.WhenAll(RedriveAllAsync("letters3", body), RedriveAllAsync("letters3", body));

        var again = page.GetProperty("redriven").EnumerateArray().Concat(both.SelectMany(one => one))
            .Select(one => (Old: one.GetProperty("castId").GetString()!, New: one.GetProperty("again").GetString()!)).Where(one => !one.Old.Equals(one.New, StringComparison.Ordinal)).Distinct().ToList();
        IReadOnlyList<string> letters = await Eventually.SeeAsync(() => IdsAsync("letters3"), all => all.Count == 200, _app.Process);
        Assert.Equal(again.Count, again.Select(one => one.Old).Distinct().Count());
        Assert.All(again, one => Assert.DoesNotContain(one.Old, letters));
        Assert.Equal(80, (await IdsAsync("letters3", "&spell=second")).Count);
    }

    [Fact]
    [Trait("Row", "KZ14")]
    [Trait("Row", "UX11")]
    public async Task Those_that_are_discarded_leave_the_list_and_say_why()
    {
        IReadOnlyList<string> first = await FailAsync("letters4", "first", 150);
        IReadOnlyList<string> second = await FailAsync("letters4", "second", 50);
        object body = new { filter = new { spell = "first" }, reason = "An old supplier." };

        JsonElement page = await _app.ExpectAsync(HttpStatusCode.OK, "POST", "deadletters/discard?account=letters4&top=100", body);
        JsonElement rest = await _app.ExpectAsync(HttpStatusCode.OK, "POST", "deadletters/discard?account=letters4&top=100", body);
        JsonElement byId = await _app.ExpectAsync(HttpStatusCode.OK, "POST", "deadletters/discard?account=letters4", new { casts = (string[])[second[0], first[0]] });

        Assert.Equal((100, 50), (page.GetProperty("discarded").GetArrayLength(), page.GetProperty("remaining").GetInt32()));
        Assert.Equal((50, 0), (rest.GetProperty("discarded").GetArrayLength(), rest.GetProperty("remaining").GetInt32()));
        Assert.Equal(second[0], Assert.Single(byId.GetProperty("discarded").EnumerateArray()).GetProperty("castId").GetString());
        JsonElement refused = Assert.Single(byId.GetProperty("refused").EnumerateArray());
        Assert.Equal((first[0], "deadletter.notFound"), (refused.GetProperty("castId").GetString(), refused.GetProperty("code").GetString()));
        Assert.Equal(second.Skip(1).Order(StringComparer.Ordinal), (await IdsAsync("letters4")).Order(StringComparer.Ordinal));
        JsonElement told = await EventAsync(first[7], "cast.discarded");
        Assert.Equal("An old supplier.", told.GetProperty("data").GetProperty("reason").GetString());
        Assert.Equal("failed", (await _app.GetAsync($"casts/{first[7]}")).GetProperty("status").GetString());
    }

    [Fact]
    [Trait("Row", "KZ14")]
    [Trait("Row", "CK06")]
    public async Task Pieces_are_cast_again_by_their_cook_those_that_are_wanted_and_no_others()
    {
        object[] pieces = [.. Enumerable.Range(0, 12).Select(n => new { fail = n % 4 == 1 })];
        string cook = (await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "cooks?account=letters5", new { spell = Fragile, pieces, tolerated = 50 })).GetProperty("cookId").GetString()!;
        await CookEndsAsync(cook, generation: 1);
        IReadOnlyList<JsonElement> letters = await LettersAsync("letters5", $"&cook={cook}");
        Assert.Equal([1, 5, 9], letters.Select(PieceOf));
        string wanted = letters[1].GetProperty("castId").GetString()!;

        JsonElement pinned = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "deadletters/redrive?account=letters5", new { casts = (string[])[wanted], version = "newest" });
        JsonElement redriven = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "deadletters/redrive?account=letters5", new { casts = (string[])[wanted] });

        Assert.Equal("cook.pinned", Assert.Single(pinned.GetProperty("refused").EnumerateArray()).GetProperty("code").GetString());
        JsonElement done = Assert.Single(redriven.GetProperty("redriven").EnumerateArray());
        Assert.Equal((wanted, cook, 2), (done.GetProperty("castId").GetString(), done.GetProperty("cookId").GetString(), done.GetProperty("generation").GetInt32()));
        JsonElement end = await CookEndsAsync(cook, generation: 2);
        Assert.Equal((9, 3), (end.GetProperty("progress").GetProperty("completed").GetInt32(), end.GetProperty("progress").GetProperty("failed").GetInt32()));
        letters = await LettersAsync("letters5");
        Assert.Equal([(1, 1), (5, 2), (9, 1)], letters.Select(letter => (PieceOf(letter), letter.GetProperty("cook").GetProperty("generation").GetInt32())));
        Assert.Equal(10 + 2 + 1, (await _app.GetAsync($"casts?cook={cook}&account=letters5&top=200")).GetProperty("casts").GetArrayLength());

        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"cooks/{cook}/retryFailed");
        await CookEndsAsync(cook, generation: 3);
        Assert.Equal([(1, 3), (5, 3), (9, 3)], (await LettersAsync("letters5")).Select(letter => (PieceOf(letter), letter.GetProperty("cook").GetProperty("generation").GetInt32())));
    }

    [Fact]
    [Trait("Row", "KZ14")]
    [Trait("Row", "KZ20")]
    public async Task What_another_account_has_is_neither_told_nor_touched()
    {
        string theirs = await CastAsync("letters6", Samples.Doomed);
        await _app.EndAsync(theirs, "failed");

        Assert.Empty(await LettersAsync("letters7"));
        foreach (string what in (string[])["redrive", "discard"])
        {
            HttpStatusCode ok = what == "redrive" ? HttpStatusCode.Accepted : HttpStatusCode.OK;
            JsonElement all = await _app.ExpectAsync(ok, "POST", $"deadletters/{what}?account=letters7", new { filter = new { } });
            JsonElement one = await _app.ExpectAsync(ok, "POST", $"deadletters/{what}?account=letters7", new { casts = (string[])[theirs] });
            Assert.Equal(0, all.GetProperty("refused").GetArrayLength());
            Assert.Equal("deadletter.notFound", Assert.Single(one.GetProperty("refused").EnumerateArray()).GetProperty("code").GetString());
        }

        await _app.RefusedAsync(HttpStatusCode.BadRequest, "query.invalid", "GET", $"deadletters?account=letters7&continuation={theirs}");
        Assert.Equal([theirs], await IdsAsync("letters6"));
    }

    [Theory]
    [InlineData("{}", "/filter")]
    [InlineData("""{"filter":{},"casts":["main-0000000000000000000"]}""", "/filter")]
    [InlineData("""{"casts":[]}""", "/casts")]
    [InlineData("""{"casts":["../x"]}""", "/casts/0")]
    [InlineData("""{"filter":{"since":"yesterday"}}""", "/filter/since")]
    [InlineData("""{"filter":{"cook":"none"}}""", "/filter/cook")]
    [InlineData("""{"filter":{"spel":"x"}}""", "/filter/spel")]
    public async Task What_cannot_be_understood_is_named(string body, string place)
    {
        JsonElement refused = await _app.RefusedAsync(HttpStatusCode.BadRequest, "request.invalid", "POST", "deadletters/discard?account=letters8", body);

        Assert.Contains(refused.GetProperty("errors").EnumerateArray(), error => error.GetProperty("pointer").GetString() == place);
    }

    static int PieceOf(JsonElement letter) => letter.GetProperty("cook").GetProperty("piece").GetInt32();

    async Task<string> CastAsync(string account, object spell) =>
        (await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts?account={account}", new { spell })).GetProperty("castId").GetString()!;

    /// <summary>Lets so many casts fail, and waits for their letters.</summary>
    async Task<IReadOnlyList<string>> FailAsync(string account, string slug, int count)
    {
        object spell = new { slug, steps = (object[])[new { id = "parse", tool = "json.parse", with = new { text = "{ no json" } }] };
        string[] casts = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => CastAsync(account, spell)));
        await Eventually.SeeAsync(() => IdsAsync(account, $"&spell={slug}"), letters => letters.Count == count, _app.Process);
        foreach (string cast in casts)
        {
            await _app.EndAsync(cast, "failed");
        }

        return casts;
    }

    async Task<JsonElement[]> RedriveAllAsync(string account, object body)
    {
        var redriven = new List<JsonElement>();
        for (int request = 0; request < 3; request++)
        {
            JsonElement page = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"deadletters/redrive?account={account}&top=40", body);
            redriven.AddRange(page.GetProperty("redriven").EnumerateArray());
            Assert.All(page.GetProperty("refused").EnumerateArray(), refused => Assert.Contains(refused.GetProperty("code").GetString(), (string[])["cast.running", "deadletter.notFound"]));
        }

        return [.. redriven];
    }

    async Task<IReadOnlyList<string>> IdsAsync(string account, string filter = "") =>
        [.. (await LettersAsync(account, filter)).Select(letter => letter.GetProperty("castId").GetString()!)];

    /// <summary>All of them, page by page.</summary>
    async Task<IReadOnlyList<JsonElement>> LettersAsync(string account, string filter = "")
    {
        var letters = new List<JsonElement>();
        string continuation = "";
        do
        {
            JsonElement page = await _app.GetAsync($"deadletters?account={account}&top=70{filter}{continuation}");
            letters.AddRange(page.GetProperty("letters").EnumerateArray());
            continuation = page.TryGetProperty("continuation", out JsonElement next) && next.ValueKind == JsonValueKind.String ? $"&continuation={Uri.EscapeDataString(next.GetString()!)}" : "";
        }
        while (continuation.Length > 0);

        return letters;
    }

    async Task<JsonElement> EventAsync(string castId, string type)
    {
        JsonElement page = await _app.SeeEventAsync(castId, type);
        return page.GetProperty("events").EnumerateArray().Single(e => e.GetProperty("type").GetString() == type);
    }

    Task<JsonElement> CookEndsAsync(string cook, int generation) => Eventually.SeeAsync(
        () => _app.GetAsync($"cooks/{cook}"),
        now => now.GetProperty("generation").GetInt32() == generation && now.GetProperty("runtimeStatus").GetString() is "Completed" or "Failed",
        _app.Process);
}
