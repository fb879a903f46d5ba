using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>The answers that are no approval, and those that come when nobody waits.</summary>
public sealed class ApprovalTests(AppWithFiles files) : IClassFixture<AppWithFiles>
{
    readonly GrimoireApp _app = files.App;

    [Fact]
    public async Task A_note_that_is_rejected_has_no_page()
    {
        StartedInstance note = await _app.PublishAsync(new { title = "t", text = "x" });
        await _app.Process.ExpectAsync(HttpStatusCode.Accepted, _app.AnswerAsync(note.Id, approved: false, "No"));

        JsonElement end = (await note.EndAsync()).GetProperty("output");

        Assert.Equal("rejected", end.GetProperty("outcome").GetString());
        Assert.Equal("No", end.GetProperty("comment").GetString());
        await _app.RefusedAsync(HttpStatusCode.NotFound, "note.noPage", _app.FetchAsync(note.Id));
    }

    [Fact]
    public async Task A_note_that_nobody_answers_ends_in_time_and_an_answer_after_that_is_refused()
    {
        StartedInstance note = await StartedInstance.OfAsync(
            _app.Process, _app.PostAsync("api/notes", """{"title":"t","text":"x","approveWithinSeconds":1}"""));

        JsonElement end = await note.EndAsync();

        Assert.Equal("unanswered", end.GetProperty("output").GetProperty("outcome").GetString());
        Assert.True(end.GetProperty("lastUpdatedTime").GetDateTimeOffset() - end.GetProperty("createdTime").GetDateTimeOffset() >= TimeSpan.FromSeconds(1));
        await _app.RefusedAsync(HttpStatusCode.Conflict, "note.ended", _app.AnswerAsync(note.Id, approved: true));
        await _app.RefusedAsync(HttpStatusCode.NotFound, "note.noPage", _app.FetchAsync(note.Id));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("@publishnote@x")]
    [InlineData("..%2F..%2Fhost.json")]
    public async Task There_is_no_note_of_an_id_that_nobody_gave(string id)
    {
        await _app.RefusedAsync(HttpStatusCode.NotFound, "note.notFound", _app.AnswerAsync(id, approved: true));
        await _app.RefusedAsync(HttpStatusCode.NotFound, "note.notFound", _app.FetchAsync(id));
    }

    [Theory]
    [InlineData("{}", "/approved")]
    [InlineData("""{"approved":"yes"}""", "/approved")]
    [InlineData("""{"approved":null}""", "/approved")]
    [InlineData("""{"approved":true,"comment":1}""", "/comment")]
    [InlineData("""{"approved":true,"why":"x"}""", "/why")]
    public async Task A_bad_answer_is_refused_and_the_note_waits_on(string body, string field)
    {
        StartedInstance note = await _app.PublishAsync(new { title = "t", text = "x" });

        JsonElement problem = await _app.ProblemAsync(HttpStatusCode.BadRequest, _app.PostAsync($"api/notes/{note.Id}/approval", body));

        Assert.Equal(field, problem.GetProperty("errors").EnumerateArray().Single().GetProperty("pointer").GetString());
        await _app.AnswerAsync(note.Id, approved: true);
        Assert.Equal("published", (await note.EndAsync()).GetProperty("output").GetProperty("outcome").GetString());
    }
}
