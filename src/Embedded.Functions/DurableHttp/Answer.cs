using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Embedded.Functions.DurableHttp;

/// <summary>Writes responses.</summary>
internal static class Answer
{
    static readonly JsonWriterOptions Options = new()
    {
        // The answers are JSON and never part of a page, so that letters of all languages may stay as they are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task JsonAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = buffer.WrittenCount;
        await response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }

    public static Task MessageAsync(HttpContext context, int status, string message) => JsonAsync(context, status, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("Message", message);
        writer.WriteEndObject();
    });

    public static Task AcceptedAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    /// <summary>Writes a stored payload as the JSON that it is; one that is none, such as a reason, becomes a string.</summary>
    public static void Payload(Utf8JsonWriter writer, string? payload)
    {
        if (payload is null)
        {
            writer.WriteNullValue();
            return;
        }

        try
        {
            // Only checked, and then written as it is: a text with half of a surrogate pair is JSON, but cannot be read and written anew.
            using (JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = 500 }))
            {
                writer.WriteRawValue(payload, skipInputValidation: true);
            }
        }
        catch (JsonException)
        {
            writer.WriteStringValue(payload.Trim());
        }
    }
}
