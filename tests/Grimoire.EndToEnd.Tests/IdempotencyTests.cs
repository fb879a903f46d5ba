using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>A start that is repeated with its Idempotency-Key.</summary>
public sealed class IdempotencyTests(AppWithFiles files) : IClassFixture<AppWithFiles>
{
    const string Note = """{"title":"t","text":"x"}""";

    readonly GrimoireApp _app = files.App;

    [Fact]
    public async Task Many_at_once_start_one_note()
    {
        StartedInstance[] started = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => StartedInstance.OfAsync(_app.Process, _app.PostAsync("api/notes", Note, "at-once"))));

        string id = Assert.Single(started.Select(note => note.Id).Distinct());
        Assert.Equal(1, await CountAsync(id));
    }

    [Fact]
    public async Task Of_two_different_notes_at_once_one_is_taken_and_the_other_is_told()
    {
        HttpResponseMessage[] answers = await Task.WhenAll(
            _app.PostAsync("api/notes", Note, "contested"), _app.PostAsync("api/notes", """{"title":"other","text":"x"}""", "contested"));

        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused_and_the_first_note_goes_on()
    {
        StartedInstance note = await StartedInstance.OfAsync(_app.Process, _app.PostAsync("api/notes", Note, "reused"));

        await _app.RefusedAsync(
            HttpStatusCode.Conflict, "request.idempotencyKeyReused", _app.PostAsync("api/notes", """{"title":"t","text":"y"}""", "reused"));

        await _app.AnswerAsync(note.Id, approved: true);
        Assert.Equal("x", (await note.EndAsync()).GetProperty("input").GetProperty("text").GetString());
        Assert.Contains("<p>x</p>", await _app.PageAsync(note.Id));
    }

    [Fact]
    public async Task A_repetition_after_the_end_finds_the_note_as_it_ended()
    {
        StartedInstance note = await StartedInstance.OfAsync(_app.Process, _app.PostAsync("api/notes", Note, "late"));
        await _app.AnswerAsync(note.Id, approved: true);
        JsonElement end = await note.EndAsync();

        StartedInstance again = await StartedInstance.OfAsync(_app.Process, _app.PostAsync("api/notes", Note, "late"));

        Assert.Equal(note.Id, again.Id);
        Assert.Equal(end.GetRawText(), (await again.StatusAsync()).GetRawText());
    }

    async Task<int> CountAsync(string prefix) => (await _app.Process.Http.GetFromJsonAsync<JsonElement>(
        $"runtime/webhooks/durabletask/instances?instanceIdPrefix={prefix}&code={_app.Keys.Durable}")).GetArrayLength();
}
