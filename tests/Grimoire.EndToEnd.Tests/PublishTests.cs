using System.Net;
using System.Text.Json;
using Azure.Storage.Blobs.Models;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>A note from its start to its page, in the storage account and without one.</summary>
public sealed class PublishTests(ITestOutputHelper output)
{
    static readonly object Note = new { title = "Smoke & <mirrors>", text = "It works.\n\nGrüße" };

    [AzuriteFact]
    [Trait("Row", "AZ01")]
    [Trait("Row", "AZ04")]
    public async Task A_note_that_is_approved_becomes_a_page_in_the_storage_account()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(AzuriteFactAttribute.Connection, output);
        StartedInstance note = await app.PublishAsync(Note);
        await app.RefusedAsync(HttpStatusCode.NotFound, "note.noPage", app.FetchAsync(note.Id));
        using HttpResponseMessage answer = await app.Process.ExpectAsync(HttpStatusCode.Accepted, app.AnswerAsync(note.Id, approved: true, "Well done"));

        JsonElement published = (await note.EndAsync()).GetProperty("output");

        Assert.Equal("published", published.GetProperty("outcome").GetString());
        Assert.Equal("Well done", published.GetProperty("comment").GetString());
        JsonElement artifact = published.GetProperty("artifact");
        using HttpResponseMessage page = await app.Process.ExpectAsync(HttpStatusCode.OK, app.FetchAsync(note.Id));
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType?.ToString());
        Assert.Equal($"\"{artifact.GetProperty("sha256").GetString()}\"", page.Headers.ETag?.Tag);
        Assert.Equal("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single());
        string html = await page.Content.ReadAsStringAsync();
        Assert.Contains("<h1>Smoke &amp; &lt;mirrors&gt;</h1>", html);
        BlobDownloadResult blob = await app.Container.GetBlobClient(artifact.GetProperty("name").GetString()).DownloadContentAsync();
        Assert.Equal(html, blob.Content.ToString());
        Assert.Equal(note.Id, blob.Details.Metadata["instance"]);
    }

    [Fact]
    [Trait("Row", "AZ05")]
    public async Task Without_a_storage_account_the_page_is_a_file()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);
        StartedInstance note = await app.PublishAsync(Note);
        await app.AnswerAsync(note.Id, approved: true);
        JsonElement end = await note.EndAsync();

        string file = Path.Combine(app.Folder, "artifacts", end.GetProperty("output").GetProperty("artifact").GetProperty("name").GetString()!);
        Assert.Equal(await app.PageAsync(note.Id), await File.ReadAllTextAsync(file));
    }

    [AzuriteFact]
    public async Task A_note_waits_through_a_kill_and_is_published_after_it()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(AzuriteFactAttribute.Connection, output);
        StartedInstance note = await app.PublishAsync(Note);
        await app.Process.KillAsync();
        await app.RestartAsync();
        await app.Process.ExpectAsync(HttpStatusCode.Accepted, app.AnswerAsync(note.Id, approved: true));

        await StartedInstance.OfId(app.Process, app.Keys, note.Id).EndAsync();
        Assert.Contains("<p>It works.</p>", await app.PageAsync(note.Id));
    }
}
