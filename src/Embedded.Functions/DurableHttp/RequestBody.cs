using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Embedded.Functions.DurableHttp;

/// <summary>Reads what a caller sends along.</summary>
internal static class RequestBody
{
    const string JsonMediaType = "application/json";

    static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
        && type.MediaType.Equals(JsonMediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the body as text; empty if there is none.</summary>
    public static async Task<string> ReadTextAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, EncodingOf(request), detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        try
        {
            return await reader.ReadToEndAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
        }
        catch (DecoderFallbackException e)
        {
            throw new BadDurableRequestException($"The body is not valid {reader.CurrentEncoding.WebName}: {e.Message}");
        }
    }

    /// <summary>Gives the text back if it is JSON.</summary>
    public static string CheckJson(string text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return text;
        }
        catch (JsonException e)
        {
            throw new BadDurableRequestException(text.Length == 0
                ? "Invalid JSON content: the body is empty. Send a JSON value; null is one too."
                : $"Invalid JSON content: {e.Message}");
        }
    }

    static Encoding EncodingOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            || !type.Charset.HasValue
            || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase))
        {
            return StrictUtf8;
        }

        return type.Encoding
            ?? throw new BadDurableRequestException($"The charset '{type.Charset}' of the body is not supported. Send it in UTF-8.");
    }
}
