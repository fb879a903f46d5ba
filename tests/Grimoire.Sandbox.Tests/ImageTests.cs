using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Grimoire.Sandbox.Tests.Support;

namespace Grimoire.Sandbox.Tests;

public sealed class ImageTests(SandboxFixture fixture) : SandboxTests(fixture)
{
    [Fact]
    public async Task A_picture_is_a_png_of_the_size_that_was_asked_for_and_shows_something()
    {
        Png png = Png.Read(await DrawAsync("""{"prompt":"a lighthouse","width":120,"height":90,"format":"binary"}"""));

        Assert.Equal((120, 90), (png.Width, png.Height));
        Assert.InRange(png.Colours, 100, int.MaxValue);
    }

    [Fact]
    public async Task The_same_prompt_and_seed_make_the_same_picture_and_others_another()
    {
        byte[] picture = await DrawAsync("""{"prompt":"a lighthouse","seed":5,"format":"binary"}""");

        Assert.Equal(picture, await DrawAsync("""{"prompt":"a lighthouse","seed":5,"format":"binary"}"""));
        Assert.NotEqual(picture, await DrawAsync("""{"prompt":"a lighthouse","seed":6,"format":"binary"}"""));
        Assert.NotEqual(picture, await DrawAsync("""{"prompt":"a harbour","seed":5,"format":"binary"}"""));
        Assert.Equal((256, 256), (Png.Read(picture).Width, Png.Read(picture).Height));
    }

    [Fact]
    public async Task The_url_of_a_picture_shows_the_same_as_its_bytes_and_as_its_base64()
    {
        JsonElement answer = await PostAsync("images", """{"prompt":"a lighthouse","seed":-7}""");
        JsonElement image = answer.GetProperty("images")[0];
        JsonElement embedded = (await PostAsync("images", """{"prompt":"a lighthouse","seed":-7,"format":"base64"}""")).GetProperty("images")[0];

        using HttpResponseMessage served = await Http.GetAsync(image.GetProperty("url").GetString());

        Assert.Equal("image/png", served.Content.Headers.ContentType?.MediaType);
        byte[] bytes = await served.Content.ReadAsByteArrayAsync();
        Assert.Equal(await DrawAsync("""{"prompt":"a lighthouse","seed":-7,"format":"binary"}"""), bytes);
        Assert.Equal(bytes, embedded.GetProperty("base64").GetBytesFromBase64());
        Assert.Equal(-7, image.GetProperty("seed").GetInt64());
        Assert.Equal(0.02, answer.GetProperty("costUsd").GetDouble());
    }

    [Fact]
    public async Task A_part_of_a_picture_can_be_asked_for()
    {
        string url = (await PostAsync("images", """{"prompt":"a lighthouse"}""")).GetProperty("images")[0].GetProperty("url").GetString()!;
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(0, 7) } };

        using HttpResponseMessage part = await Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(8, part.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_caller_that_accepts_pictures_gets_one()
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, "images", """{"prompt":"a lighthouse"}""", ("Accept", "image/png"));

        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("0.02", response.Headers.GetValues("x-cost-usd").Single());
    }

    [Theory]
    [InlineData("""{"prompt":"x","width":15}""", "width")]
    [InlineData("""{"prompt":"x","height":2049}""", "height")]
    [InlineData("""{"prompt":"x","height":-1}""", "height")]
    [InlineData("""{"prompt":"x","width":99999999999}""", "width")]
    [InlineData("""{"prompt":" "}""", "prompt")]
    [InlineData("{}", "prompt")]
    [InlineData("""{"prompt":"x","format":"gif"}""", "format")]
    public async Task What_cannot_be_drawn_is_refused_by_the_name_of_what_is_wrong(string request, string param)
    {
        JsonElement error = (await PostAsync("images", request, HttpStatusCode.UnprocessableEntity)).GetProperty("error");

        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.Contains(param, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0123456789abcdef_1_256x9999")]
    [InlineData("0123456789abcdef_1_15x15")]
    [InlineData("0123456789abcdef_9999999999999999999_256x256")]
    [InlineData("nothing")]
    public async Task A_url_that_no_picture_has_is_not_found(string name)
    {
        using HttpResponseMessage response = await Http.GetAsync($"images/{name}.png");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    async Task<byte[]> DrawAsync(string request)
    {
        using HttpResponseMessage response = await Http.PostAsync("images", Body(request));
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }
}
