using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Functions.Tools.Http;

/// <summary>Reads bodies of responses into memory, never more of them than a limit.</summary>
static class ResponseReader
{
    const int ExcerptLength = 1024;
    const int ExcerptBytes = 64 * 1024;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static async Task<string> TextAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentLength > maxBytes)
        {
            throw new ResponseTooLargeException(maxBytes);
        }

        var (bytes, more) = await BytesAsync(response, maxBytes, cancellation).ConfigureAwait(false);
        return more ? throw new ResponseTooLargeException(maxBytes) : Decode(bytes, response.Content.Headers.ContentType);
    }

    /// <summary>Null if it is not JSON.</summary>
    public static bool TryParse(string text, out JsonNode? json, out string? error)
    {
        try
        {
            json = JsonNode.Parse(text, documentOptions: Strict);
            error = null;
            return true;
        }
        catch (JsonException malformed)
        {
            json = null;
            error = malformed.Message;
            return false;
        }
    }

    /// <summary>The first part of a body that is no result, for people, and as JSON if it is JSON.</summary>
    public static async Task<(string Text, JsonNode? Json)> ErrorAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var type = response.Content.Headers.ContentType;
        var (bytes, more) = await BytesAsync(response, ExcerptBytes, cancellation).ConfigureAwait(false);
        if (bytes.Length > 0 && type is not null && !MediaTypes.IsJson(type.MediaType) && !MediaTypes.IsText(type.MediaType))
        {
            return ($"({bytes.Length}{(more ? " or more" : "")} bytes of {type.MediaType})", null);
        }

        var text = Decode(bytes, type);
        var json = !more && TryParse(text, out var parsed, out _) ? parsed : null;
        return (text, json);
    }

    /// <summary>Of a text from which secrets have been taken out: one that is cut in two would not be found.</summary>
    public static string Excerpt(string text)
    {
        var clean = string.Concat(text.Take(2 * ExcerptLength).Select(character => char.IsControl(character) && character is not ('\n' or '\t') ? ' ' : character)).Trim();
        return clean.Length <= ExcerptLength ? clean : $"{clean.AsSpan(0, ExcerptLength - 1)}…";
    }

    static async Task<(byte[] Bytes, bool More)> BytesAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellation)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            var room = maxBytes - (int)content.Length;
            content.Write(buffer, 0, Math.Min(read, room));
            if (read > room)
            {
                return (content.ToArray(), true);
            }
        }

        return (content.ToArray(), false);
    }

    static string Decode(byte[] bytes, MediaTypeHeaderValue? type)
    {
        var encoding = Encoding.UTF8;
        try
        {
            if (type?.CharSet?.Trim('"') is { Length: > 0 } charset)
            {
                encoding = Encoding.GetEncoding(charset);
            }
        }
        catch (ArgumentException)
        {
            // A character set that nobody knows is read as the one that nearly everybody means.
        }

        using var reader = new StreamReader(new MemoryStream(bytes), encoding, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }
}

/// <summary>More than may be held in memory.</summary>
sealed class ResponseTooLargeException(long maxBytes) : IOException($"The response has more than {maxBytes} bytes.")
{
    public long MaxBytes { get; } = maxBytes;
}
