using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>What callers see of a storage account that is not there.</summary>
public sealed class StorageAwayTests(ITestOutputHelper output)
{
    static readonly object Note = new { title = "t", text = "x" };

    [AzuriteFact]
    public async Task A_page_is_stored_when_storage_comes_back_and_is_answered_503_while_it_is_away()
    {
        using var way = new Detour();
        await using GrimoireApp app = await GrimoireApp.StartAsync(way.Connection, output);
        StartedInstance note = await app.PublishAsync(Note);
        await app.Process.ExpectAsync(HttpStatusCode.Accepted, app.AnswerAsync(note.Id, approved: true));

        // The failed attempt is in the history, and in the log with the function's name.
        JsonElement failure = await Eventually.SeeAsync(
            async () => EventsOf(await note.StatusAsync("&showHistory=true"), "TaskFailed").FirstOrDefault(), e => e.ValueKind == JsonValueKind.Object, app.Process);
        Assert.Contains("could not be stored: the storage cannot be reached", failure.GetProperty("Reason").GetString());
        await app.Process.WaitForOutputAsync(line => line.Contains("Error: Function.StorePage", StringComparison.Ordinal));
        Assert.Equal("storing", (await note.StatusAsync()).GetProperty("customStatus").GetProperty("state").GetString());

        way.Open();
        await note.EndAsync();
        Assert.Contains("<p>x</p>", await app.PageAsync(note.Id));

        way.Close();
        await app.RefusedAsync(HttpStatusCode.ServiceUnavailable, "storage.unavailable", app.FetchAsync(note.Id));
    }

    [AzuriteFact]
    public async Task A_note_whose_page_storage_refuses_for_good_fails_with_that_reason()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(
            AzuriteFactAttribute.Connection.Replace("AccountKey=", "AccountKey=AAAA", StringComparison.Ordinal), output);
        StartedInstance note = await app.PublishAsync(Note);
        await app.Process.ExpectAsync(HttpStatusCode.Accepted, app.AnswerAsync(note.Id, approved: true));

        JsonElement end = await note.EndAsync("Failed");

        Assert.EndsWith(
            $"The artifact 'notes/{note.Id}/page.html' could not be stored: the storage answered 403 AuthorizationFailure.",
            end.GetProperty("output").GetString());
        Assert.Equal(5, EventsOf(await note.StatusAsync("&showHistory=true"), "TaskFailed").Count());
        await app.RefusedAsync(HttpStatusCode.NotFound, "note.noPage", app.FetchAsync(note.Id));
    }

    [Fact]
    public async Task A_connection_string_that_is_none_stops_the_start_and_is_not_shown()
    {
        await using GrimoireApp app = GrimoireApp.Of("AccountName=devstoreaccount1;AccountKey=secret", output);
        AppProcess process = app.Launch();

        Assert.NotEqual(0, await process.EndAsync());
        Assert.Contains("AzureWebJobsStorage is not the connection string of a storage account", process.Output);
        Assert.DoesNotContain("secret", process.Output);
    }

    static IEnumerable<JsonElement> EventsOf(JsonElement status, string type) =>
        status.GetProperty("historyEvents").EnumerateArray().Where(e => e.GetProperty("EventType").GetString() == type);
}
