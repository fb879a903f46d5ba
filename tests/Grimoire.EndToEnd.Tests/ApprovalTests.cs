using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Steps that ask a person.</summary>
[Collection(SharedApp.Name)]
[Trait("Row", "UX03")]
public sealed class ApprovalTests(AppWithFiles shared)
{
    readonly GrimoireApp _app = shared.App;

    [Theory]
    [InlineData(true, "Printed.")]
    [InlineData(false, "Not printed: too blue")]
    public async Task The_answer_of_a_person_is_the_output_of_the_step(bool approved, string said)
    {
        string cast = await AskAsync();
        JsonElement waits = (await _app.GetAsync($"casts/{cast}")).GetProperty("steps")[0].GetProperty("waits");
        Assert.Equal(("approval", "Print it?"), (waits.GetProperty("for").GetString(), waits.GetProperty("question").GetString()));

        await AnswerAsync(cast, new { approved, by = "ann", comment = "too blue" });

        JsonElement end = await _app.EndAsync(cast);
        Assert.Equal(said, end.GetProperty("output").GetProperty("text").GetString());
        JsonElement step = await _app.GetAsync($"casts/{cast}/steps/ask");
        Assert.Equal(("ann", "too blue"), (step.GetProperty("output").GetProperty("by").GetString(), step.GetProperty("output").GetProperty("comment").GetString()));
        string[] types = [.. (await _app.GetAsync($"casts/{cast}/events")).GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString()!)];
        Assert.Equal(["step.started", "attempt.started", "approval.requested", "approval.answered", "step.completed"], types[2..7]);
    }

    [Fact]
    [Trait("Row", "SP22")]
    public async Task The_first_answer_counts_and_the_same_again_is_no_other()
    {
        string cast = await AskAsync();

        JsonElement[] answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AnswerAsync(cast, new { approved = true, by = "ann" })));

        Assert.Single(answers.Select(answer => answer.GetProperty("answer").GetProperty("at").GetString()).Distinct());
        JsonElement problem = await _app.RefusedAsync(HttpStatusCode.Conflict, "approval.answered", "POST", Address(cast), new { approved = false, by = "bob" });
        Assert.Contains("ann", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await _app.EndAsync(cast);
        await AnswerAsync(cast, new { approved = true, by = "ann" });
    }

    [Theory]
    [InlineData(null, "failed", "step.timeout")]
    [InlineData("""{ "value": { "approved": false, "comment": "nobody" } }""", "completed", null)]
    public async Task Nobody_who_answers_in_time_is_a_timeout_that_may_have_a_default(string? onTimeout, string status, string? code)
    {
        string cast = await AskAsync(timeout: "PT0.5S", onTimeout);

        JsonElement end = await _app.EndAsync(cast, status);

        Assert.Equal(code, end.TryGetProperty("failure", out JsonElement failure) ? failure.GetProperty("code").GetString() : null);
        Assert.Equal(code is null ? "Not printed: nobody" : null, end.TryGetProperty("output", out JsonElement output) && output.ValueKind == JsonValueKind.Object ? output.GetProperty("text").GetString() : null);
        await _app.RefusedAsync(HttpStatusCode.Conflict, "approval.over", "POST", Address(cast), new { approved = true, by = "ann" });
    }

    [Fact]
    public async Task Each_element_asks_by_itself()
    {
        string cast = await _app.CastAsync(new
        {
            slug = "each",
            steps = (object[])[new { id = "ask", tool = "approval", forEach = "${['a', 'b']}", with = new { question = "Print ${item}?" } }],
        });
        await _app.SeeAsync(cast, "running");
        await _app.SeeEventAsync(cast, "approval.requested", 2);

        await _app.RefusedAsync(HttpStatusCode.BadRequest, "approval.item", "POST", Address(cast), new { approved = true, by = "ann" });
        await AnswerAsync(cast, new { approved = true, by = "ann", item = 1 });
        await AnswerAsync(cast, new { approved = false, by = "bob", item = 0 });

        JsonElement end = await _app.EndAsync(cast);
        Assert.Equal(["bob", "ann"], end.GetProperty("output").EnumerateArray().Select(answer => answer.GetProperty("by").GetString()));
    }

    [Fact]
    [Trait("Row", "UX12")]
    public async Task What_an_account_is_asked_is_listed_until_it_is_answered()
    {
        const string account = "asked";
        object ask = new { slug = "inner", steps = (object[])[new { id = "ask", name = "Ask Ann", tool = "approval", with = new { question = "Print it?" } }] };
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", $"spells/inner?account={account}", ask);
        object document = new
        {
            slug = "outer",
            order = "graph",
            steps = (object[])
            [
                new { id = "sub", spell = "inner", with = new { } },
                new { id = "each", tool = "approval", forEach = "${['a', 'b']}", maxParallel = 2, with = new { question = "Print ${item}?" } },
                new { id = "wait", tool = "wait", with = new Dictionary<string, string> { ["for"] = "PT1H" } },
            ],
        };
        string cast = (await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts?account={account}", new { spell = document })).GetProperty("castId").GetString()!;

        JsonElement[] asked = await SeeAsync(3);

        JsonElement sub = asked.Single(one => one.GetProperty("castId").GetString() != cast);
        Assert.Equal(("inner", "ask", "Ask Ann", "Print it?", "running"), (Text(sub, "spell"), Text(sub, "step"), Text(sub, "name"), Text(sub, "question"), Text(sub, "castStatus")));
        Assert.True(sub.GetProperty("until").GetDateTimeOffset() > sub.GetProperty("since").GetDateTimeOffset());
        Assert.Equal([(0, "Print a?"), (1, "Print b?")], asked.Where(one => Text(one, "castId") == cast).Select(one => (one.GetProperty("item").GetInt32(), Text(one, "question"))).Order());
        string[] waits = [.. (await _app.GetAsync($"casts/{cast}")).GetProperty("now").GetProperty("running").EnumerateArray()
            .Select(step => step.TryGetProperty("waitsFor", out JsonElement reason) ? reason.GetString()! : "nothing").Order()];
        Assert.Equal(["approval", "nothing", "time"], waits);
        Assert.Empty((await _app.GetAsync("approvals?account=nobody")).GetProperty("approvals").EnumerateArray());

        await AnswerAsync(Text(sub, "castId")!, new { approved = true, by = "ann" });
        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{cast}/steps/each/answer", new { approved = true, by = "ann", item = 0 });
        Assert.Equal(1, Assert.Single(await SeeAsync(1)).GetProperty("item").GetInt32());
        JsonElement open = (await _app.GetAsync($"casts/{cast}")).GetProperty("steps")[1].GetProperty("waits");
        Assert.Equal((1, "Print b?"), (open.GetProperty("item").GetInt32(), Text(open, "question")));
        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{cast}/cancel");
        await SeeAsync(0);
        await _app.EndAsync(cast, "cancelled");

        static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

        async Task<JsonElement[]> SeeAsync(int count) => await Eventually.SeeAsync(
            async () => (JsonElement[])[.. (await _app.GetAsync($"approvals?account={account}")).GetProperty("approvals").EnumerateArray()], asked => asked.Length == count, _app.Process);
    }

    [Fact]
    public async Task What_cannot_be_answered_is_refused_with_the_reason()
    {
        string cast = await AskAsync();

        await _app.RefusedAsync(HttpStatusCode.BadRequest, "request.invalid", "POST", Address(cast), new { by = "ann" });
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "request.invalid", "POST", Address(cast), new { approved = "yes", by = "ann" });
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "request.invalid", "POST", Address(cast), new { approved = true });
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "request.invalid", "POST", Address(cast), new { approved = true, by = "ann", because = "x" });
        await _app.RefusedAsync(HttpStatusCode.NotFound, "step.notFound", "POST", $"casts/{cast}/steps/none/answer", new { approved = true, by = "ann" });
        await _app.RefusedAsync(HttpStatusCode.Conflict, "approval.notAsked", "POST", $"casts/{cast}/steps/say/answer", new { approved = true, by = "ann" });
        await _app.RefusedAsync(HttpStatusCode.NotFound, "cast.notFound", "POST", "casts/main-0000000000000000000/steps/ask/answer", new { approved = true, by = "ann" });

        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{cast}/cancel");
        await _app.EndAsync(cast, "cancelled");
        await _app.RefusedAsync(HttpStatusCode.Conflict, "approval.over", "POST", Address(cast), new { approved = true, by = "ann" });
    }

    static string Address(string cast) => $"casts/{cast}/steps/ask/answer";

    Task<JsonElement> AnswerAsync(string cast, object answer) => _app.ExpectAsync(HttpStatusCode.Accepted, "POST", Address(cast), answer);

    async Task<string> AskAsync(string timeout = "P1D", string? onTimeout = null)
    {
        string cast = await _app.CastAsync(new
        {
            slug = "asking",
            steps = (object[])
            [
                new { id = "ask", tool = "approval", timeout, onTimeout = JsonSerializer.Deserialize<JsonElement>(onTimeout ?? "\"fail\""), with = new { question = "Print it?" } },
                new { id = "say", tool = "text.template", with = new { template = "${steps.ask.output.approved ? 'Printed.' : 'Not printed: {{why}}'}", values = new { why = "${steps.ask.output.comment ?? ''}" } } },
            ],
        });
        await _app.SeeEventAsync(cast, "approval.requested");
        return cast;
    }
}
