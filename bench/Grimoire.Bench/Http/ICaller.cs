using System.Text;

namespace Grimoire.Bench.Http;

/// <summary>One who calls over a connection of its own, and waits for the answer before it calls again.</summary>
internal interface ICaller : IDisposable
{
    Task<Answer> CallAsync(Request request);
}

/// <summary>What is called, put together beforehand: nothing of it is to be made anew for each call.</summary>
internal sealed class Request(HttpMethod method, Uri url, string? body = null)
{
    public HttpMethod Method => method;

    public Uri Url => url;

    public byte[] Body { get; } = Encoding.UTF8.GetBytes(body ?? string.Empty);

    /// <summary>All of it as it goes over the wire.</summary>
    public byte[] Bytes { get; } = Encoding.UTF8.GetBytes(
        $"{method} {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nAccept: application/json\r\n"
        + (body is null ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
}

/// <param name="Status">For example 200.</param>
/// <param name="Body">Good until the caller calls again.</param>
internal readonly record struct Answer(int Status, ReadOnlyMemory<byte> Body)
{
    public string Text => Encoding.UTF8.GetString(Body.Span);
}
