using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Grimoire.Sandbox.Tests.Support;

namespace Grimoire.Sandbox.Tests;

public sealed class EchoTests(SandboxFixture fixture) : SandboxTests(fixture)
{
    [Fact]
    public async Task A_request_is_told_back_without_its_authorization()
    {
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Put, "echo?a=1&costUsd=0.25", """{"b":[2]}""", ("X-One", "two"), ("Authorization", "Bearer very-secret"));

        string text = await response.Content.ReadAsStringAsync();
        JsonElement echo = JsonDocument.Parse(text).RootElement;
        Assert.Equal("PUT", echo.GetProperty("method").GetString());
        Assert.Equal("1", echo.GetProperty("query").GetProperty("a").GetString());
        Assert.Equal("two", echo.GetProperty("headers").GetProperty("x-one").GetString());
        Assert.Equal(2, echo.GetProperty("body").GetProperty("json").GetProperty("b")[0].GetInt32());
        Assert.Equal(0.25, echo.GetProperty("costUsd").GetDouble());
        Assert.Equal(Sha256("Bearer very-secret"u8)[..8], echo.GetProperty("authorization").GetProperty("sha256Prefix").GetString());
        Assert.DoesNotContain("very-secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_parts_of_a_form_are_told_with_their_sizes_and_hashes()
    {
        byte[] bytes = [0, 1, 2, 255];
        using var form = new MultipartFormDataContent
        {
            { new StringContent("a lighthouse"), "prompt" },
            { new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } }, "image", "in.png" },
        };

        using HttpResponseMessage response = await Http.PostAsync("echo", form);

        JsonElement parts = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("body").GetProperty("parts");
        Assert.Equal(2, parts.GetArrayLength());
        Assert.Equal("a lighthouse", parts[0].GetProperty("text").GetString());
        Assert.Equal("image", parts[1].GetProperty("name").GetString());
        Assert.Equal("in.png", parts[1].GetProperty("fileName").GetString());
        Assert.Equal("image/png", parts[1].GetProperty("contentType").GetString());
        Assert.Equal(4, parts[1].GetProperty("size").GetInt64());
        Assert.Equal(Sha256(bytes), parts[1].GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task A_text_is_told_as_text_and_binary_by_its_hash_alone()
    {
        using HttpResponseMessage text = await Http.PostAsync("echo", new StringContent("plain"));
        using HttpResponseMessage broken = await Http.PostAsync("echo", Body("{broken"));
        using HttpResponseMessage binary = await Http.PostAsync("echo", new ByteArrayContent([0xFF, 0xFE]));

        Assert.Equal("plain", (await BodyOfAsync(text)).GetProperty("text").GetString());
        Assert.Equal("{broken", (await BodyOfAsync(broken)).GetProperty("text").GetString());
        Assert.False((await BodyOfAsync(binary)).TryGetProperty("text", out _));
        Assert.Equal(Sha256([0xFF, 0xFE]), (await BodyOfAsync(binary)).GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task A_form_that_breaks_off_is_refused()
    {
        using var content = new StringContent("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");

        using HttpResponseMessage response = await Http.PostAsync("echo", content);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
    }

    static async Task<JsonElement> BodyOfAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("body");

    static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
