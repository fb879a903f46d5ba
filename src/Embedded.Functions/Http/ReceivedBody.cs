using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Embedded.Functions.Http;

/// <summary>Takes a request's body in before its function runs, so that a body that breaks off or is too long never reaches one.</summary>
internal static class ReceivedBody
{
    /// <summary>What is longer goes to a temporary file.</summary>
    const int InMemory = 1024 * 1024;

    /// <exception cref="BadHttpRequestException">It is malformed, or longer than allowed.</exception>
    public static async ValueTask<Stream> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength == 0 || request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return Stream.Null;
        }

        if (request.ContentLength is { } length and <= InMemory)
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
