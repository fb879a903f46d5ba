using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>What a cook has come to, as files, over the real app.</summary>
[Collection(SharedApp.Name)]
public sealed class CookExportTests(AppWithFiles shared)
{
    /// <summary>Each piece makes a file of its own, and fails if it is told to.</summary>
    static readonly object Spell = new
    {
        slug = "page",
        inputs = new { type = "object", required = (string[])["n"], properties = new { n = new { type = "integer" }, text = new { type = "string" }, fail = new { type = "boolean", @default = false } } },
        steps = (object[])
        [
            new { id = "write", tool = "text.artifact", with = new { name = "page.txt", text = "Page ${inputs.n}" } },
            new { id = "check", tool = "json.value", with = new { value = "${inputs.fail ? number('no number') : inputs.n}" } },
        ],
        output = new { page = "${inputs.n}", text = "${inputs.text ?? 'short'}", file = "${steps.write.output.artifact}" },
    };

    readonly GrimoireApp _app = shared.App;

    [Fact]
    [Trait("Row", "UX10")]
    public async Task Its_results_are_a_table_and_its_artifacts_an_archive()
    {
        string cook = await CookAsync(Enumerable.Range(0, 30).Select(n => new { n, fail = n == 7 }));

        using HttpResponseMessage lines = await _app.Process.ExpectAsync(HttpStatusCode.OK, _app.SendAsync("GET", $"cooks/{cook}/results"));
        Assert.Equal(("application/jsonl", true), (lines.Content.Headers.ContentType?.MediaType, lines.Headers.TransferEncodingChunked));
        JsonElement[] rows = [.. (await lines.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n').Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
        Assert.Equal(Enumerable.Range(0, 30), rows.Select(row => row.GetProperty("index").GetInt32()));
        Assert.Equal(29, rows[29].GetProperty("output").GetProperty("page").GetInt32());
        Assert.Equal(("failed", false), (rows[7].GetProperty("status").GetString(), rows[7].TryGetProperty("output", out _)));
        Assert.NotEqual("", rows[7].GetProperty("error").GetProperty("code").GetString());

        using HttpResponseMessage csv = await _app.Process.ExpectAsync(HttpStatusCode.OK, _app.SendAsync("GET", $"cooks/{cook}/results?format=csv&status=completed"));
        string[] table = (await csv.Content.ReadAsStringAsync()).TrimEnd().Split("\r\n");
        Assert.StartsWith("index,castId,status,inputs.n,inputs.text,inputs.fail,inputs,output.page,output.text,output.file,output,", table[0], StringComparison.Ordinal);
        Assert.Equal(30, table.Length);

        using HttpResponseMessage zip = await _app.Process.ExpectAsync(HttpStatusCode.OK, _app.SendAsync("GET", $"cooks/{cook}/artifacts"));
        Assert.Equal($"{cook}.zip", zip.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        using var archive = new ZipArchive(await zip.Content.ReadAsStreamAsync());
        Assert.Equal(Enumerable.Range(0, 30).Select(n => $"pieces/{n:D6}/write/page.txt").Append("manifest.jsonl"), archive.Entries.Select(entry => entry.FullName));
        Assert.Equal("Page 12", await new StreamReader(archive.Entries[12].Open()).ReadToEndAsync());
    }

    [Fact]
    public async Task A_cook_that_is_not_there_or_is_asked_for_wrongly_is_refused()
    {
        await _app.RefusedAsync(HttpStatusCode.NotFound, "cook.notFound", "GET", "cooks/main.cook-0123456789abcdefghj/results");
        await _app.RefusedAsync(HttpStatusCode.NotFound, "cook.notFound", "GET", "cooks/main.cook-0123456789abcdefghj/artifacts");
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "cook.idInvalid", "GET", "cooks/..%2F..%2Fetc/artifacts");
        string cook = await CookAsync([new { n = 1, fail = false }]);
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "query.invalid", "GET", $"cooks/{cook}/results?format=xlsx");
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "query.invalid", "GET", $"cooks/{cook}/results?page=2");
        await _app.RefusedAsync(HttpStatusCode.BadRequest, "query.invalid", "GET", $"cooks/{cook}/artifacts?status=done");
    }

    [Fact]
    public async Task When_the_storage_fails_in_the_middle_the_answer_breaks_off()
    {
        string text = new('x', 4000);
        string cook = await CookAsync(Enumerable.Range(0, 120).Select(n => new { n, text }));
        string last = cook[(cook.IndexOf('-', StringComparison.Ordinal) + 1)..];
        string result = Directory.EnumerateFiles(Path.Combine(_app.Folder, "storage", "casts"), "result.json", SearchOption.AllDirectories)
            .Single(path => path.Contains(last, StringComparison.Ordinal) && path.Contains("000119-1", StringComparison.Ordinal));
        await File.WriteAllTextAsync(result, "no JSON");

        await Assert.ThrowsAsync<HttpRequestException>(() => _app.SendAsync("GET", $"cooks/{cook}/results"));
    }

    async Task<string> CookAsync(IEnumerable<object> pieces)
    {
        JsonElement started = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "cooks", new { spell = Spell, pieces, concurrency = 20, tolerated = 100 });
        string cook = started.GetProperty("cookId").GetString()!;
        await Eventually.SeeAsync(() => _app.GetAsync($"cooks/{cook}"), now => now.GetProperty("runtimeStatus").GetString() == "Completed", _app.Process);
        return cook;
    }
}
