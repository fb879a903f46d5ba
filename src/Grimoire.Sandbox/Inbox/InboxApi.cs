using System.Text;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Inbox;

/// <summary><c>POST /inbox/{name}</c> takes whatever is sent; <c>/control/inbox/{name}</c> shows it.</summary>
static class InboxApi
{
    const int MostBytes = 1024 * 1024;
    const int ListedByDefault = 1000;

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void MapInbox(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/inbox/{name}", async (string name, HttpRequest request, Inboxes inboxes) =>
        {
            byte[] bytes = await ReadAsync(request).ConfigureAwait(false);
            string? text = Text(bytes);
            InboxMessage message = inboxes.Add(
                name,
                request.QueryString.Value ?? "",
                request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
                text,
                text is null ? Convert.ToBase64String(bytes) : null);
            return Results.Ok(new { received = message.Order });
        });
        routes.MapGet("/control/inbox/{name}", (string name, int? take, Inboxes inboxes) =>
        {
            (long received, var last) = inboxes.Find(name, take ?? ListedByDefault);
            return Results.Ok(new { count = received, messages = last });
        });
        routes.MapDelete("/control/inbox/{name}", (string name, Inboxes inboxes) =>
        {
            inboxes.Clear(name);
            return Results.NoContent();
        });
    }

    static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        var buffer = new byte[MostBytes + 1];
        int length = await request.Body
            .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted).ConfigureAwait(false);
        return length <= MostBytes
            ? buffer[..length]
            : throw new RefusedException(413, $"An inbox takes messages of up to {MostBytes} bytes.", "too_large");
    }

    static string? Text(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            // Then it is shown as Base64.
            return null;
        }
    }
}
