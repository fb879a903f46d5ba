using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs.Models;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Artifacts over HTTP: whole, in parts, not again, and harmless.</summary>
[Collection(SharedApp.Name)]
public sealed class ArtifactsTests(AppWithFiles shared, ITestOutputHelper output)
{
    const string Text = "Grüße aus dem Grimoire";

    readonly GrimoireApp _app = shared.App;

    [Fact]
    public async Task An_artifact_is_sent_whole_in_part_and_not_again()
    {
        string path = await MakeAsync(_app, "notes.txt", "text/plain; charset=utf-8");
        byte[] bytes = Encoding.UTF8.GetBytes(Text);

        using HttpResponseMessage whole = await _app.SendAsync("GET", path);
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        Assert.Equal(bytes, await whole.Content.ReadAsByteArrayAsync());
        Assert.Equal(bytes.Length, whole.Content.Headers.ContentLength);
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"", whole.Headers.ETag?.Tag);
        Assert.Equal("inline", whole.Content.Headers.ContentDisposition?.DispositionType);

        using HttpResponseMessage part = await _app.SendAsync("GET", path, null, ("Range", "bytes=2-6"));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(bytes[2..7], await part.Content.ReadAsByteArrayAsync());
        Assert.Equal(new ContentRangeHeaderValue(2, 6, bytes.Length), part.Content.Headers.ContentRange);
        using HttpResponseMessage tail = await _app.SendAsync("GET", path, null, ("Range", "bytes=-4"));
        Assert.Equal(bytes[^4..], await tail.Content.ReadAsByteArrayAsync());
        using HttpResponseMessage beyond = await _app.SendAsync("GET", path, null, ("Range", "bytes=5-100000"));
        Assert.Equal(bytes[5..], await beyond.Content.ReadAsByteArrayAsync());

        using HttpResponseMessage known = await _app.SendAsync("GET", path, null, ("If-None-Match", whole.Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        using HttpResponseMessage other = await _app.SendAsync("GET", path, null, ("Range", "bytes=2-6"), ("If-Range", "\"other\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        using HttpResponseMessage head = await _app.SendAsync("HEAD", path);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(bytes.Length, head.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_refused_with_the_size()
    {
        string path = await MakeAsync(_app, "a.txt", "text/plain");

        using HttpResponseMessage refused = await _app.SendAsync("GET", path, null, ("Range", "bytes=1000-"));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, refused.StatusCode);
        Assert.Equal(Encoding.UTF8.GetByteCount(Text), refused.Content.Headers.ContentRange?.Length);
        await _app.RefusedAsync(HttpStatusCode.NotFound, "artifact.notFound", "GET", path + ".bak");
        await _app.RefusedAsync(HttpStatusCode.NotFound, "artifact.notFound", "GET", path.Replace("page/", "..%2F..%2F", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("text/plain", "text/plain; charset=utf-8")]
    [InlineData("application/json", "application/json")]
    public async Task Text_says_that_it_is_UTF8(string stored, string sent)
    {
        string path = await MakeAsync(_app, "notes.bin", stored);

        using HttpResponseMessage response = await _app.SendAsync("GET", path);

        Assert.Equal(sent, response.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/svg+xml")]
    [InlineData("application/xml")]
    [InlineData("text/javascript")]
    public async Task What_a_browser_would_run_is_for_saving_only(string type)
    {
        string path = await MakeAsync(_app, "active.bin", type);

        using HttpResponseMessage response = await _app.SendAsync("GET", path);

        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("active.bin", response.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("sandbox; default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single());
    }

    [AzuriteFact]
    [Trait("Row", "AZ04")]
    [Trait("Row", "AZ05")]
    public async Task In_a_storage_account_an_artifact_is_a_blob_that_says_where_it_comes_from()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(AzuriteFactAttribute.Connection, output);
        string path = await MakeAsync(app, "notes.txt", "text/plain");
        string id = path.Split('/')[1];

        BlobProperties blob = await app.Container.GetBlobClient(path).GetPropertiesAsync();
        JsonElement listed = (await app.GetAsync($"casts/{id}/artifacts")).GetProperty("artifacts").EnumerateArray().Single();

        Assert.Equal("text/plain", blob.ContentType);
        Assert.Equal(listed.GetProperty("bytes").GetInt64(), blob.ContentLength);
        Assert.Equal(id, blob.Metadata["cast"]);
        Assert.Equal("page", blob.Metadata["step"]);
        Assert.Equal("1", blob.Metadata["attempt"]);
        Assert.Equal(listed.GetProperty("sha256").GetString(), blob.Metadata["sha256"]);
        using HttpResponseMessage part = await app.SendAsync("GET", path, null, ("Range", "bytes=0-2"));
        Assert.Equal(Encoding.UTF8.GetBytes(Text)[..3], await part.Content.ReadAsByteArrayAsync());
    }

    static async Task<string> MakeAsync(GrimoireApp app, string name, string type)
    {
        string id = await app.CastAsync(Samples.Page(name, type, Text));
        await app.EndAsync(id);
        return $"casts/{id}/artifacts/page/{name}";
    }
}
