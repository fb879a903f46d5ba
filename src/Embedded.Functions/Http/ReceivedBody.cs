using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Embedded.Functions.Http;

/// <summary>Takes a request's body in before its function runs, so that a body that breaks off or is too long never reaches one.</summary>
internal static class ReceivedBody
{
    /// <summary>What is no longer than this gets its memory before it has arrived; anything else as it arrives, or many who only say that
    /// they will send something could have all the memory there is.</summary>
    const int AtOnce = 16 * 1024;

    /// <summary>What is longer goes to a temporary file. One byte more than a MiB, up to which the stream would take it all at once.</summary>
    const int InMemory = (1024 * 1024) + 1;

    /// <exception cref="BadHttpRequestException">It is malformed, or longer than allowed.</exception>
    public static async ValueTask<Stream> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength == 0 || request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return Stream.Null;
        }

        if (request.ContentLength is { } length and <= AtOnce)
        {
            var bytes = new byte[length];
            await request.Body.ReadExactlyAsync(bytes, cancellation).ConfigureAwait(false);
            return new MemoryStream(bytes);
        }

        var body = new FileBufferingReadStream(request.Body, InMemory);
        try
        {
            await body.DrainAsync(cancellation).ConfigureAwait(false);
            body.Position = 0;
            return body;
        }
        catch
        {
            await body.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
