using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Functions.Tools;
using Grimoire.Tools;
using Microsoft.AspNetCore.Http;

namespace Grimoire.Functions.Tests.Tools;

public sealed class ArtifactIntakeTests
{
    [Fact]
    public async Task A_body_becomes_an_artifact_under_the_name_that_is_wished_for()
    {
        var artifacts = new MemoryArtifacts();

        var result = await Call("PNG", "image/png", new ArtifactMapping("image", JsonValue.Create("body"), "cover-${inputs.n}"), artifacts);

        Assert.Null(result.Failure);
        Assert.Equal("PNG", artifacts.Text("cover-3.png"));
        Assert.Equal("image/png", result.Output!["image"]!["contentType"]!.GetValue<string>());
    }

    [Fact]
    public async Task Urls_are_downloaded_and_base64_and_data_urls_are_read_each_into_its_own_artifact()
    {
        var artifacts = new MemoryArtifacts();
        await using var files = await FakeProvider.Answering("FROM-URL", contentType: "image/webp");

        var result = await Call(
            $$"""{"images":["{{files.At("/a")}}","data:image/png;base64,REFUQQ==","data:,plain%20text","QjY0"]}""",
            "application/json",
            new ArtifactMapping("images", JsonValue.Create("${response.body.images}"), "picture"),
            artifacts);

        Assert.Null(result.Failure);
        Assert.Equal(["picture-1.webp", "picture-2.png", "picture-3.txt", "picture-4"], artifacts.Stored.Select(stored => stored.Artifact));
        Assert.Equal(["FROM-URL", "DATA", "plain text", "B64"], artifacts.Stored.Select(stored => artifacts.Text(stored.Artifact)));
        Assert.Equal(4, result.Output!["images"]!.AsArray().Count);
        Assert.DoesNotContain("X-Key", Assert.Single(files.Requests).Headers.Keys);
    }

    [Theory]
    [InlineData(404, false)]
    [InlineData(503, true)]
    public async Task A_download_that_fails_says_so_and_what_was_paid_stays_paid(int status, bool transient)
    {
        await using var files = await FakeProvider.Answering("""{"message":"gone"}""", status);

        var result = await Call($$"""{"url":"{{files.At("/a?sig=1")}}"}""", "application/json", new ArtifactMapping("image", JsonValue.Create("${response.body.url}")));

        Assert.Equal(("artifact.download", transient), (result.Failure!.Code, result.Failure.Transient));
        Assert.Contains("gone", result.Failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=1", result.Failure.Details!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(0.5m, result.CostUsd);
    }

    [Fact]
    public async Task An_artifact_beyond_the_limit_is_refused()
    {
        var result = await Call("PNGPNGPNG", "image/png", new ArtifactMapping("image", JsonValue.Create("body")), new MemoryArtifacts { MaxBytes = 3 });

        Assert.Equal(("artifact.tooLarge", false, Phase.Store), (result.Failure!.Code, result.Failure.Transient, result.Failure.Phase));
    }

    [Fact]
    public async Task A_storage_that_is_away_is_the_reason_of_the_failure()
    {
        var result = await Call("PNG", "image/png", new ArtifactMapping("image", JsonValue.Create("body")), new MemoryArtifacts { IsAway = true });

        Assert.Equal(("storage.unavailable", true, Phase.Store), (result.Failure!.Code, result.Failure.Transient, result.Failure.Phase));
        Assert.Contains("connection refused", result.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(0.5m, result.CostUsd);
    }

    [Fact]
    public async Task A_source_that_breaks_off_is_not_taken_for_a_storage_that_is_away()
    {
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.ContentType = "image/png";
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("PN");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        using var bench = new Bench();

        var result = await bench.RunAsync(Tool(provider, new ArtifactMapping("image", JsonValue.Create("body"))));

        Assert.Equal(("http.connection", true), (result.Failure!.Code, result.Failure.Transient));
    }

    [Theory]
    [InlineData("""{"url":7}""")]
    [InlineData("""{"url":"not base64!"}""")]
    public async Task What_is_neither_url_nor_base64_is_a_failure_that_names_the_artifact(string body)
    {
        var result = await Call(body, "application/json", new ArtifactMapping("image", JsonValue.Create("${response.body.url}")));

        Assert.Equal("response.mapping", result.Failure!.Code);
        Assert.Contains("'image'", result.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "SP19")]
    public async Task Nothing_where_an_artifact_was_expected_is_warned_of()
    {
        var result = await Call("""{"urls":[]}""", "application/json", new ArtifactMapping("images", JsonValue.Create("${response.body.urls}")));

        Assert.Null(result.Failure);
        Assert.Contains(result.Warnings, warning => warning.Contains("'images'", StringComparison.Ordinal));
    }

    static async Task<ToolResult> Call(string body, string type, ArtifactMapping mapping, MemoryArtifacts? artifacts = null)
    {
        await using var provider = await FakeProvider.Answering(body, contentType: type);
        using var bench = new Bench { Artifacts = artifacts ?? new() };
        return await bench.RunAsync(Tool(provider, mapping), Bench.Object("""{"n":3}"""));
    }

    static ToolDefinition Tool(FakeProvider provider, ArtifactMapping mapping) => new()
    {
        Id = "t",
        Kind = "http",
        Request = new RequestTemplate { Url = provider.At("/"), Headers = Bench.Object("""{"X-Key":"abc"}""") },
        Response = new ResponseMapping { Artifacts = [mapping] },
        Cost = new ToolCost(Usd: 0.5m),
    };
}
