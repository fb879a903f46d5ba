using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Grimoire.Documents;
using Grimoire.Spells;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>The body of a request: of the right type, not too large, UTF-8.</summary>
static class RequestBody
{
    public const int MaxInputBytes = 1024 * 1024;

    /// <summary>A spell, its inputs, and what else is said.</summary>
    public const int MaxBytes = MaxInputBytes + (512 * 1024);

    /// <summary>A document as it was sent: what is wrong with its text is among the findings.</summary>
    public static async Task<(JsonNode? Document, List<Finding> Findings)> DocumentAsync(HttpRequestData request, int maxBytes, CancellationToken cancellation)
    {
        var format = FormatOf(request, yaml: true);
        var findings = new List<Finding>();
        return (DocumentText.Parse(await TextAsync(request, maxBytes, cancellation).ConfigureAwait(false), format, maxBytes, findings), findings);
    }

    /// <summary>The JSON object that it must be.</summary>
    public static async Task<RequestFields> FieldsAsync(HttpRequestData request, CancellationToken cancellation)
    {
        FormatOf(request, yaml: false);
        return Fields(await TextAsync(request, MaxBytes, cancellation).ConfigureAwait(false));
    }

    /// <summary>The same for a body that may be left out.</summary>
    public static async Task<RequestFields> OptionalFieldsAsync(HttpRequestData request, CancellationToken cancellation)
    {
        var text = await TextAsync(request, MaxBytes, cancellation).ConfigureAwait(false);
        if (string.IsNullOrWhiteSpace(text))
        {
            return new RequestFields([]);
        }

        FormatOf(request, yaml: false);
        return Fields(text);
    }

    static int SizeOf(JsonNode value) => Encoding.UTF8.GetByteCount(value.ToJsonString(DomainJson.Options));

    /// <exception cref="RefusedException">It is larger.</exception>
    public static void CheckSize(JsonNode? value, string what, int maxBytes)
    {
        if (value is not null && SizeOf(value) > maxBytes)
        {
            throw TooLarge(what, maxBytes);
        }
    }

    /// <exception cref="RefusedException">The spell of a request has more bytes than a document may have.</exception>
    public static void CheckDocument(JsonNode? document) => CheckSize(document, "A document", SpellLimits.Default.DocumentBytes);

    static RequestFields Fields(string text)
    {
        var findings = new List<Finding>();
        var root = DocumentText.Parse(text, DocumentFormat.Json, MaxBytes, findings);
        if (findings.Count > 0)
        {
            throw new Problem(HttpStatusCode.BadRequest, "request.malformed", "The body is not JSON that can be understood; errors has the places.", findings).Refused();
        }

        return root is JsonObject fields
            ? new RequestFields(fields)
            : throw new Problem(HttpStatusCode.BadRequest, "request.malformed", "The body is JSON, but not an object, which is wanted.").Refused();
    }

    /// <exception cref="RefusedException">It has more bytes, or is not UTF-8.</exception>
    public static async Task<string> TextAsync(HttpRequestData request, int maxBytes, CancellationToken cancellation)
    {
        var buffer = new byte[Math.Min(16 * 1024, maxBytes + 1)];
        var length = 0;
        while (await request.Body.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            length += read;
            if (length > maxBytes)
            {
                throw TooLarge("The body", maxBytes);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 4, maxBytes + 1));
            }
        }

        return Utf8.IsValid(buffer.AsSpan(0, length))
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : throw new Problem(HttpStatusCode.BadRequest, "request.malformed", "The body is not UTF-8.").Refused();
    }

    /// <summary>What the body says that it is. One that says nothing is taken for JSON.</summary>
    static DocumentFormat FormatOf(HttpRequestData request, bool yaml) => MediaTypeOf(request) switch
    {
        "" or "application/json" => DocumentFormat.Json,
        var type when type.EndsWith("+json", StringComparison.Ordinal) => DocumentFormat.Json,
        "application/yaml" or "text/yaml" or "application/x-yaml" when yaml => DocumentFormat.Yaml,
        var other => throw new Problem(HttpStatusCode.UnsupportedMediaType, "request.mediaType",
            $"The Content-Type is '{other}'; application/json{(yaml ? " or application/yaml" : "")} is wanted.").Refused(),
    };

    /// <summary>What the Content-Type says that the body is, in small letters; empty if there is none.</summary>
    public static string MediaTypeOf(HttpRequestData request)
    {
        if (!request.Headers.TryGetValues("Content-Type", out var values))
        {
            return "";
        }

        var text = string.Join(",", values);
        return MediaTypeHeaderValue.TryParse(text, out var parsed) ? parsed.MediaType!.ToLowerInvariant() : text;
    }

    static RefusedException TooLarge(string what, int maxBytes) =>
        new Problem(HttpStatusCode.RequestEntityTooLarge, "request.tooLarge", $"{what} may have {maxBytes} bytes.").Refused();
}
