using System.Net;
using System.Text;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Tests.Api;

public sealed class HttpResponseDataTests
{
    readonly FakeResponse _response = new(new FakeContext(new JsonObjectSerializer()));

    [Fact]
    public async Task JSON_has_the_content_type_of_JSON()
    {
        await _response.WriteAsJsonAsync(new { Name = "ü" });

        Assert.Equal("""{"Name":"\u00FC"}""", Text());
        Assert.Equal(["application/json; charset=utf-8"], _response.Headers.GetValues("content-type"));
    }

    [Fact]
    public async Task JSON_can_have_another_content_type()
    {
        await _response.WriteAsJsonAsync(new { }, "application/problem+json");

        Assert.Equal(["application/problem+json"], _response.Headers.GetValues("Content-Type"));
    }

    [Fact]
    public async Task JSON_leaves_the_status_as_it_is()
    {
        _response.StatusCode = HttpStatusCode.BadRequest;

        await _response.WriteAsJsonAsync(new { });

        Assert.Equal(HttpStatusCode.BadRequest, _response.StatusCode);
    }

    [Fact]
    public async Task JSON_for_a_response_that_has_a_content_type_is_refused_before_anything_is_written()
    {
        _response.Headers.Add("Content-Type", "text/plain");

        await Assert.ThrowsAsync<FormatException>(async () => await _response.WriteAsJsonAsync(new { }));

        Assert.Empty(_response.Written);
        Assert.Equal(["text/plain"], _response.Headers.GetValues("Content-Type"));
    }

    [Fact]
    public async Task JSON_is_written_as_the_type_that_is_named()
    {
        await _response.WriteAsJsonAsync<Animal>(new Dog("Rex", "barks"));

        Assert.Equal("""{"Name":"Rex"}""", Text());
    }

    [Fact]
    public async Task JSON_is_written_with_the_serializer_of_the_call()
    {
        var response = new FakeResponse(new FakeContext(serializer: null));

        await response.WriteAsJsonAsync(new { A = 1 }, new JsonObjectSerializer(), "text/json");

        Assert.Equal("""{"A":1}""", Encoding.UTF8.GetString(response.Written));
        Assert.Equal(["text/json"], response.Headers.GetValues("Content-Type"));
    }

    [Fact]
    public void Without_a_serializer_writing_JSON_says_so_at_once()
    {
        var response = new FakeResponse(new FakeContext(serializer: null));

        Assert.Throws<InvalidOperationException>(() => response.WriteAsJsonAsync(new { }).AsTask().IsCompleted);
        Assert.Empty(response.Headers);
    }

    [Fact]
    public async Task Text_is_written_in_UTF_8_without_a_mark_and_without_a_content_type()
    {
        _response.WriteString("ü");
        await _response.WriteStringAsync("ß");

        Assert.Equal("üß"u8.ToArray(), _response.Written);
        Assert.Empty(_response.Headers);
    }

    [Fact]
    public async Task Text_is_written_in_the_encoding_that_is_asked_for()
    {
        _response.WriteString("ü", Encoding.Latin1);
        await _response.WriteStringAsync("ü", CancellationToken.None, Encoding.Unicode);

        Assert.Equal(new byte[] { 0xFC, 0xFC, 0x00 }, _response.Written);
    }

    [Fact]
    public async Task Bytes_are_written_as_they_are()
    {
        _response.WriteBytes([1, 2]);
        await _response.WriteBytesAsync([3]);

        Assert.Equal(new byte[] { 1, 2, 3 }, _response.Written);
    }

    [Fact]
    public async Task Nothing_is_written_once_cancelled()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _response.WriteStringAsync("a", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _response.WriteBytesAsync([1], cancelled));

        Assert.Empty(_response.Written);
    }

    string Text() => Encoding.UTF8.GetString(_response.Written);

    record Animal(string Name);

    sealed record Dog(string Name, string Sound) : Animal(Name);
}
