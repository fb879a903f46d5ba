using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>A start that cannot be one: each is refused with words that say why, and starts nothing.</summary>
public sealed class BadInputTests(AppWithFiles files) : IClassFixture<AppWithFiles>
{
    const string Good = """{"title":"t","text":"x"}""";

    readonly GrimoireApp _app = files.App;

    [Theory]
    [InlineData("")]
    [InlineData("{ not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("""{"title":"t","text":"x"} and more""")]
    [InlineData("""{"title":"t","title":"u","text":"x"}""")]
    [InlineData("""{"ti\ud800tle":"t","text":"x"}""")]
    public Task What_is_no_JSON_object_is_refused(string body) =>
        RefusedAsync(HttpStatusCode.BadRequest, "request.malformed", _app.PostAsync("api/notes", body));

    [Theory]
    [InlineData("{\"title\":\"\u00ff\",\"text\":\"x\"}")]
    [InlineData("{\"tit\u00fele\":\"t\",\"text\":\"x\"}")]
    public Task What_is_not_UTF8_is_refused(string latin) =>
        RefusedAsync(HttpStatusCode.BadRequest, "request.malformed", _app.PostAsync("api/notes", Encoding.Latin1.GetBytes(latin)));

    [Theory]
    [InlineData("{}", "/title", "/text")]
    [InlineData("""{"title":null,"text":"x"}""", "/title")]
    [InlineData("""{"title":" ","text":"x"}""", "/title")]
    [InlineData("""{"title":5,"text":["x"]}""", "/title", "/text")]
    [InlineData("""{"title":"\ud800","text":"x"}""", "/title")]
    [InlineData("""{"title":"t","text":"x","approveWithinSeconds":"60"}""", "/approveWithinSeconds")]
    [InlineData("""{"title":"t","text":"x","approveWithinSeconds":0}""", "/approveWithinSeconds")]
    [InlineData("""{"title":"t","text":"x","approveWithinSeconds":1.5}""", "/approveWithinSeconds")]
    [InlineData("""{"title":"t","text":"x","approveWithinSeconds":99999999999}""", "/approveWithinSeconds")]
    [InlineData("""{"title":"t","text":"x","Title":"u"}""", "/Title")]
    [InlineData("""{"title":"t","text":"x","a/b~c":1}""", "/a~1b~0c")]
    public async Task All_that_is_wrong_with_the_fields_is_named_by_pointer(string body, params string[] fields)
    {
        JsonElement problem = await RefusedAsync(HttpStatusCode.BadRequest, "request.invalid", _app.PostAsync("api/notes", body));

        Assert.Equal(fields, problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()));
    }

    [Theory]
    [InlineData(200, 8_000, "")]
    [InlineData(201, 8_000, "/title")]
    [InlineData(200, 8_001, "/text")]
    public async Task A_field_may_be_as_long_as_its_limit_and_no_longer(int title, int text, string field)
    {
        Task<HttpResponseMessage> response = _app.PostAsync(
            "api/notes", JsonSerializer.Serialize(new { title = new string('t', title), text = new string('x', text) }));
        if (field.Length == 0)
        {
            await _app.Process.ExpectAsync(HttpStatusCode.Accepted, response);
            return;
        }

        JsonElement problem = await RefusedAsync(HttpStatusCode.BadRequest, "request.invalid", response);
        Assert.Equal(field, problem.GetProperty("errors").EnumerateArray().Single().GetProperty("pointer").GetString());
    }

    [Fact]
    public Task A_body_above_64_KiB_is_refused() =>
        RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "request.tooLarge", _app.PostAsync("api/notes", Good + new string(' ', 64 * 1024)));

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/jsonp")]
    [InlineData("nonsense")]
    public Task A_body_that_says_it_is_something_else_is_refused(string type) =>
        RefusedAsync(HttpStatusCode.UnsupportedMediaType, "request.notJson", _app.PostAsync("api/notes", Good, type: type));

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=utf-8")]
    [InlineData("application/vnd.note+json")]
    [InlineData(null)]
    public async Task A_body_that_says_it_is_JSON_or_says_nothing_is_taken(string? type) =>
        await _app.Process.ExpectAsync(HttpStatusCode.Accepted, _app.PostAsync("api/notes", Good, type: type));

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a/b")]
    [InlineData("a,b")]
    [InlineData("@a")]
    [InlineData("123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789")]
    public Task A_key_that_cannot_be_part_of_an_id_is_refused(string key) =>
        RefusedAsync(HttpStatusCode.BadRequest, "request.idempotencyKey", _app.PostAsync("api/notes", Good, key));

    [Fact]
    public async Task Without_a_key_nobody_starts_answers_or_reads()
    {
        HttpClient stranger = _app.Process.Http;

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsJsonAsync("api/notes", new { title = "t", text = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsJsonAsync("api/notes/n/approval", new { approved = true })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("api/notes/n/page")).StatusCode);
    }

    async Task<JsonElement> RefusedAsync(HttpStatusCode status, string code, Task<HttpResponseMessage> response)
    {
        JsonElement problem = await _app.ProblemAsync(status, response);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
        return problem;
    }
}
