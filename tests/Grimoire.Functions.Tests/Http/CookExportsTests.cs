using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Documents;
using Grimoire.Functions.Http;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Spells;
using Grimoire.Tools;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Tests.Http;

/// <summary>A cook as a table and as an archive, from what its casts have left behind.</summary>
public sealed class CookExportsTests
{
    const string CookId = "main.cook-0123456789abcdefghj";

    static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    readonly FaultyObjects _objects = new(new MemoryObjects());

    [Fact]
    [Trait("Row", "UX10")]
    public async Task Json_lines_have_each_piece_with_inputs_output_error_and_cost()
    {
        await CookAsync(pieces: 4);
        await EndAsync(0, new JsonObject { ["cover"] = "a.png" });
        await EndAsync(1, failure: new Failure { Code = "http.status", Message = "503", Phase = Phase.Execute });
        await BeginAsync(2);

        var response = await ResultsAsync("format=jsonl");

        Assert.Equal("application/jsonl; charset=utf-8", response.Header("Content-Type"));
        Assert.Equal($"attachment; filename=\"{CookId}.jsonl\"", response.Header("Content-Disposition"));
        var rows = (await TextAsync(response)).TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal([0, 1, 2, 3], rows.Select(row => (int)row["index"]!));
        Assert.Equal(["completed", "failed", "running", "waiting"], rows.Select(row => (string)row["status"]!));
        Assert.Equal([PieceId(0), PieceId(1), PieceId(2), null], rows.Select(row => (string?)row["castId"]));
        Assert.Equal(["""{"n":0}""", """{"n":1}""", """{"n":2}""", """{"n":3}"""], rows.Select(row => row["inputs"]!.ToJsonString()));
        Assert.Equal(("""{"cover":"a.png"}""", 0.5m), (rows[0]["output"]!.ToJsonString(), (decimal)rows[0]["costUsd"]!));
        Assert.Equal(("http.status", null), ((string)rows[1]["error"]!["code"]!, rows[1]["output"]));
    }

    [Fact]
    [Trait("Row", "UX10")]
    public async Task Csv_has_a_column_for_each_input_and_for_each_field_that_the_spell_says_it_comes_to()
    {
        await CookAsync(pieces: 2);
        await EndAsync(0, new JsonObject { ["cover"] = "=1+1", ["n"] = 7 });

        var response = await ResultsAsync("format=csv");

        Assert.Equal("text/csv; charset=utf-8", response.Header("Content-Type"));
        Assert.Equal(
            "index,castId,status,inputs.n,inputs,output.cover,output,costUsd,errorCode,errorMessage\r\n"
            + $"0,{PieceId(0)},completed,0,,'=1+1,\"{{\"\"n\"\":7}}\",0.5,,\r\n"
            + "1,,waiting,1,,,,,,\r\n",
            await TextAsync(response));
    }

    [Fact]
    public async Task A_status_may_be_asked_for_and_what_is_not_known_is_refused()
    {
        await CookAsync(pieces: 3);
        await EndAsync(1, new JsonObject());

        var text = await TextAsync(await ResultsAsync("status=completed"));

        Assert.Equal(1, (int)JsonNode.Parse(text)!["index"]!);
        Assert.Equal("query.invalid", (await Assert.ThrowsAsync<RefusedException>(() => ResultsAsync("format=xlsx"))).Problem.Code);
    }

    [Fact]
    public async Task Large_outputs_are_read_from_where_they_are_and_what_is_gone_is_told()
    {
        await CookAsync(pieces: 3);
        var casts = new CastStore(_objects);
        await EndAsync(0, new JsonObject { ["cover"] = new string('x', 10_000) });
        await EndAsync(1, new JsonObject { ["cover"] = new string('x', 10_000) });
        await EndAsync(2, new JsonObject());
        await _objects.DeleteAsync(CastObjects.CastOutput(PieceId(1)), default);
        await casts.DeleteAsync(PieceId(2), default);

        var rows = (await TextAsync(await ResultsAsync(""))).TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();

        Assert.Equal(10_000, ((string)rows[0]["output"]!["cover"]!).Length);
        Assert.Equal(["output.gone", "cast.gone"], rows.Skip(1).Select(row => (string)row["error"]!["code"]!));
    }

    [Fact]
    public async Task When_the_storage_goes_away_in_the_middle_the_table_does_not_end_as_if_it_were_whole()
    {
        await CookAsync(pieces: 300);
        for (var piece = 0; piece < 300; piece++)
        {
            await EndAsync(piece, new JsonObject { ["cover"] = new string('x', 4000) });
        }

        _objects.Fail(CastObjects.Result(PieceId(250)), StoreOperation.Read);
        var response = await ResultsAsync("");
        var read = new MemoryStream();

        await Assert.ThrowsAnyAsync<IOException>(() => response.Body.CopyToAsync(read));

        Assert.InRange(read.Length, 1, 251 * 4300);
    }

    [Fact]
    [Trait("Row", "UX10")]
    public async Task The_archive_has_every_artifact_in_the_folder_of_its_piece_and_a_list_of_them_at_its_end()
    {
        await CookAsync(pieces: 3);
        await MakeAsync(0, "draw/cover.png", "image/png", "not really a picture, but it is not made smaller");
        await MakeAsync(0, "draw/notes.txt", "text/plain", new string('a', 5000));
        await EndAsync(0, new JsonObject());
        await EndAsync(1, failure: new Failure { Code = "http.status", Message = "503", Phase = Phase.Execute });
        await MakeAsync(2, "draw/cover.png", "image/png", "gone");
        await EndAsync(2, new JsonObject());
        await _objects.DeleteAsync(CastObjects.Artifact(PieceId(2), "draw/cover.png"), default);

        var response = await ArtifactsAsync("");
        using var archive = new ZipArchive(await BytesAsync(response));

        Assert.Equal("application/zip", response.Header("Content-Type"));
        Assert.Equal($"attachment; filename=\"{CookId}.zip\"", response.Header("Content-Disposition"));
        Assert.Equal(["pieces/000000/draw/cover.png", "pieces/000000/draw/notes.txt", "manifest.jsonl"], archive.Entries.Select(entry => entry.FullName));
        Assert.Equal("not really a picture, but it is not made smaller", Content(archive.Entries[0]));
        Assert.Equal(archive.Entries[0].Length, archive.Entries[0].CompressedLength);
        Assert.InRange(archive.Entries[1].CompressedLength, 1, 500);
        Assert.Equal(Now.DateTime, archive.Entries[0].LastWriteTime.DateTime);

        var lines = Content(archive.Entries[2]).TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal((CookId, "covers", 3, 3, 2, 1), ((string)lines[0]["cookId"]!, (string)lines[0]["spell"]!, (int)lines[0]["version"]!, (int)lines[0]["pieces"]!, (int)lines[0]["files"]!, (int)lines[0]["missing"]!));
        Assert.Equal(4, lines.Count);
        Assert.Equal((0, PieceId(0), "completed", """{"n":0}""", 0.5m),
            ((int)lines[1]["piece"]!, (string)lines[1]["castId"]!, (string)lines[1]["status"]!, lines[1]["inputs"]!.ToJsonString(), (decimal)lines[1]["costUsd"]!));
        var file = lines[1]["files"]![0]!;
        Assert.Equal(
            ("pieces/000000/draw/cover.png", "draw", "draw/cover.png", "image/png", archive.Entries[0].Length),
            ((string)file["path"]!, (string)file["step"]!, (string)file["name"]!, (string)file["contentType"]!, (long)file["bytes"]!));
        Assert.Equal(64, ((string)file["sha256"]!).Length);
        Assert.Equal("http.status", (string)lines[2]["error"]!["code"]!);
        Assert.Equal(("artifact.gone", null), ((string)lines[3]["files"]![0]!["missing"]!["code"]!, lines[3]["files"]![0]!["path"]));
    }

    [Fact]
    public async Task What_sub_casts_have_made_is_in_the_folder_of_their_step_and_a_cast_that_is_gone_is_told()
    {
        await CookAsync(pieces: 2, steps: """[{"id":"poster","spell":"poster"}]""");
        var attempt = new AttemptKey(PieceId(0), "poster", null, 1);
        var child = CastIds.Child(attempt);
        await new Journal(_objects).AppendAsync(PieceId(0), [new CastEvent("attempt.started:poster:1", CastEvents.AttemptStarted, Now) { Step = "poster", Attempt = 1 }], default);
        await new CastStore(_objects).CreateAsync(
            new CastManifest { CastId = child, Account = "main", Spell = Covers("""[{"id":"draw","tool":"text.artifact"}]"""), Tools = new Dictionary<string, ToolDefinition>(), Inputs = [], CreatedAt = Now }, default);
        await MakeAsync(child, "draw/poster.png", "image/png", "a poster");
        await EndAsync(0, new JsonObject());
        await EndAsync(1, new JsonObject());
        await new CastStore(_objects).DeleteAsync(PieceId(1), default);

        using var archive = new ZipArchive(await BytesAsync(await ArtifactsAsync("")));

        Assert.Equal(["pieces/000000/poster/draw/poster.png", "manifest.jsonl"], archive.Entries.Select(entry => entry.FullName));
        Assert.Equal("cast.gone", (string)JsonNode.Parse(Content(archive.Entries[1]).Split('\n')[2])!["missing"]!["code"]!);
    }

    [Fact]
    public async Task When_an_artifact_cannot_be_read_the_archive_does_not_end_as_if_it_were_whole()
    {
        await CookAsync(pieces: 2);
        await MakeAsync(0, "draw/a.txt", "text/plain", "a");
        await MakeAsync(1, "draw/b.txt", "text/plain", "b");
        _objects.Fail(CastObjects.Artifact(PieceId(1), "draw/b.txt"), StoreOperation.Download);

        var response = await ArtifactsAsync("");

        await Assert.ThrowsAnyAsync<IOException>(() => response.Body.CopyToAsync(Stream.Null));
    }

    async Task CookAsync(int pieces, string steps = """[{"id":"draw","tool":"text.artifact"}]""")
    {
        var manifest = new CookManifest
        {
            CookId = CookId,
            Account = "main",
            Spell = Covers(steps),
            SpellVersion = 3,
            Tools = new Dictionary<string, ToolDefinition>(),
            Pieces = pieces,
            Settings = new CookSettings(),
            CreatedAt = Now,
        };
        await new CookStore(_objects).CreateAsync(manifest, [.. Enumerable.Range(0, pieces).Select(n => new JsonObject { ["n"] = n })], default);
        await new Journal(_objects).AppendAsync(CookId, [CookEvents.OfCreation(manifest), CookEvents.OfStart(1, Now, pieces)], default);
    }

    static Spell Covers(string steps) => SpellDocument.Read(
        """{"slug":"covers","inputs":{"type":"object","properties":{"n":{"type":"integer"}}},"steps":STEPS,"output":{"cover":"x"}}""".Replace("STEPS", steps, StringComparison.Ordinal),
        DocumentFormat.Json).Spell!;

    Task BeginAsync(int piece) => new Journal(_objects).AppendAsync(CookId, [CookEvents.OfBegin(piece, 1, Now)], default);

    /// <summary>The cast of a piece has ended, and its cook has heard of it.</summary>
    async Task EndAsync(int piece, JsonNode? output = null, Failure? failure = null)
    {
        var casts = new CastStore(_objects);
        var status = failure is null ? CastStatus.Completed : CastStatus.Failed;
        var kept = output is null ? Payload.Nothing : await casts.KeepAsync(CastObjects.CastOutput(PieceId(piece)), output, default);
        await casts.SaveResultAsync(PieceId(piece), new CastOutcome { Status = status, Output = kept, Failure = failure, CostUsd = 0.5m }, default);
        await new Journal(_objects).AppendAsync(PieceId(piece), [CastEvents.Started(Now, 1)], default);
        var end = new PieceEnd(piece, 1, status, 0.5m) { Code = failure?.Code, Message = failure?.Message };
        await new Journal(_objects).AppendAsync(CookId, [CookEvents.OfBegin(piece, 1, Now), CookEvents.OfEnd(end, Now)], default);
    }

    async Task MakeAsync(int piece, string name, string contentType, string text)
    {
        await BeginAsync(piece);
        await MakeAsync(PieceId(piece), name, contentType, text);
    }

    async Task MakeAsync(string castId, string name, string contentType, string text)
    {
        var info = await _objects.UploadAsync(CastObjects.Artifact(castId, name), new MemoryStream(Encoding.UTF8.GetBytes(text)), contentType, new Dictionary<string, string>(), 1_000_000, default);
        var artifact = new StoredArtifact(name, contentType, info.Bytes, info.Sha256, castId, "draw", 1, "/api");
        var stored = new CastEvent($"artifact.stored:{name}", CastEvents.ArtifactStored, Now)
        {
            Step = "draw",
            Attempt = 1,
            Data = System.Text.Json.JsonSerializer.SerializeToNode(artifact, DomainJson.Options)!.AsObject(),
        };
        await new Journal(_objects).AppendAsync(castId, [stored], default);
    }

    Task<HttpResponseData> ResultsAsync(string query) => NewApi().ResultsAsync(new FakeRequest("GET", $"cooks/{CookId}/results?{query}"), Client(), CookId, default);

    Task<HttpResponseData> ArtifactsAsync(string query) => NewApi().ArtifactsAsync(new FakeRequest("GET", $"cooks/{CookId}/artifacts?{query}"), Client(), CookId, default);

    CookExportsApi NewApi()
    {
        var (cooks, casts, journal) = (new CookStore(_objects), new CastStore(_objects), new Journal(_objects));
        return new CookExportsApi(new CookViews(cooks, new CookFolds(journal)), new PieceRows(cooks, casts), new ArtifactArchive(new PieceArtifacts(casts, journal), cooks, _objects, new ManualTime()));
    }

    static DurableTaskClient Client() => Instances.Client(Instances.Of(OrchestrationRuntimeStatus.Running, id: CookId, name: nameof(CookSpells))).Object;

    static string PieceId(int piece) => CookIds.PieceOf(CookId, piece, 1);

    static async Task<MemoryStream> BytesAsync(HttpResponseData response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var read = new MemoryStream();
        await response.Body.CopyToAsync(read);
        return read;
    }

    static async Task<string> TextAsync(HttpResponseData response) => Encoding.UTF8.GetString((await BytesAsync(response)).ToArray());

    static string Content(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }
}
