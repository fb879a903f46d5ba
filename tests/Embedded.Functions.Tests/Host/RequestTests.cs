using System.Net;
using System.Security.Cryptography;
using System.Text.Json;

namespace Embedded.Functions.Tests.Host;

/// <summary>What functions see of a request, and callers of a response.</summary>
[Collection(ProbeApps.Name)]
public sealed class RequestTests(ProbeApp probe)
{
    [Fact]
    public async Task A_request_is_seen_in_all_its_parts()
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "api/inspect?q=1&q=2&e=%20x%2By&flag&%C3%BC=z");
        request.Headers.Add("X-Two", ["a", "b"]);
        request.Headers.Add("Cookie", "a=1; b=x%20y; c=p=q");
        request.Content = new StringContent("12345");
        using HttpResponseMessage response = await probe.Http.SendAsync(request);
        var seen = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());

        Assert.Equal("PATCH", seen.GetProperty("method").GetString());
        Assert.Equal(new Uri(probe.Process.Url, request.RequestUri!).AbsoluteUri, seen.GetProperty("url").GetString());
        JsonElement query = seen.GetProperty("query");
        Assert.Equal(["1", "2"], query.GetProperty("q").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal(" x+y", query.GetProperty("e")[0].GetString());
        Assert.Equal("z", query.GetProperty("ü")[0].GetString());
        Assert.Equal(["a", "b"], seen.GetProperty("headers").GetProperty("X-Two").EnumerateArray().SelectMany(v => v.GetString()!.Split(", ")));
        JsonElement cookies = seen.GetProperty("cookies");
        Assert.Equal("1", cookies.GetProperty("a").GetString());
        Assert.Equal("x%20y", cookies.GetProperty("b").GetString());
        Assert.Equal("p=q", cookies.GetProperty("c").GetString());
        Assert.Equal(5, seen.GetProperty("bodyLength").GetInt32());
    }

    [Fact]
    public async Task Cookies_are_set_with_their_properties()
    {
        using HttpResponseMessage response = await probe.Http.GetAsync("api/cookies");

        Assert.Equal(
            ["plain=1; path=/", "full=two%20words; max-age=60; domain=example.com; path=/api; secure; samesite=strict; httponly"],
            response.Headers.GetValues("Set-Cookie"));
    }

    [Fact]
    public async Task Several_headers_of_one_name_are_sent()
    {
        using HttpResponseMessage response = await probe.Http.GetAsync("api/headers");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(["one", "two", "three"], response.Headers.GetValues("X-Several"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_20_MiB_arrives_whole(bool chunked)
    {
        byte[] body = RandomNumberGenerator.GetBytes(20 * 1024 * 1024);
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/digest") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = chunked;
        using HttpResponseMessage response = await probe.Http.SendAsync(request);
        var digest = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());

        Assert.Equal(body.Length, digest.GetProperty("length").GetInt32());
        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), digest.GetProperty("hash").GetString());
    }

    [Fact]
    public async Task A_body_of_20_MiB_is_sent_back_whole()
    {
        byte[] body = RandomNumberGenerator.GetBytes(20 * 1024 * 1024);
        using HttpResponseMessage response = await probe.Http.PostAsync("api/echo", new ByteArrayContent(body));

        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        byte[] back = await response.Content.ReadAsByteArrayAsync();
        Assert.True(body.AsSpan().SequenceEqual(back));
    }

    [Fact]
    public async Task A_stream_of_unknown_length_is_sent_in_chunks()
    {
        using HttpResponseMessage response = await probe.Http.GetAsync("api/stream/20971520", HttpCompletionOption.ResponseHeadersRead);

        Assert.Null(response.Content.Headers.ContentLength);
        Assert.Equal(20971520, (await response.Content.ReadAsByteArrayAsync()).Length);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task A_method_that_a_function_does_not_name_is_answered_404(string method)
    {
        using HttpResponseMessage response = await probe.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "api/inspect"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PURGE")]
    public async Task A_function_that_names_no_methods_takes_all(string method)
    {
        using HttpResponseMessage response = await probe.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "api/any"));

        Assert.Equal(method, await response.Content.ReadAsStringAsync());
    }
}
