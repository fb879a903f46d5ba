using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Tools.Egress;
using Grimoire.Tools;

namespace Grimoire.Functions.Tools.Http;

/// <summary>Makes the request of one attempt from the template of its tool.</summary>
static class RequestBuilder
{
    const string IdempotencyKey = "Idempotency-Key";

    /// <summary>They say how the message is sent, which is not for a definition to say.</summary>
    static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Content-Length", "Keep-Alive", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade" };

    public static async Task<HttpRequestMessage> BuildAsync(
        ToolCall call, RequestTemplate template, CallValues values, CancellationToken cancellation)
    {
        var url = UrlTemplate.Evaluate(template.Url, template.Query, values);
        var request = new HttpRequestMessage(MethodOf(template), url);
        try
        {
            var headers = Headers(template, values);
            if (call.Job is null)
            {
                headers.TryAdd(IdempotencyKey, call.Attempt.IdempotencyKey);
            }

            headers.TryAdd("User-Agent", "Grimoire");
            request.Content = await ContentAsync(
                call, template, values, headers.GetValueOrDefault("Content-Type"), cancellation).ConfigureAwait(false);
            foreach (var (name, value) in headers)
            {
                Add(request, name, value);
            }

            return request;
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }

    static HttpMethod MethodOf(RequestTemplate template) => template.Method.Length > 0 && template.Method.All(char.IsAsciiLetter)
        ? new HttpMethod(template.Method.ToUpperInvariant())
        : throw ToolFailedException.Permanent(
            "tool.invalid", $"request.method is '{template.Method}'; it has to be a method such as GET or POST.");

    static Dictionary<string, string> Headers(RequestTemplate template, CallValues values)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, source) in template.Headers ?? [])
        {
            if (values.EvaluateText(source, "request.headers", Codes.RequestInvalid) is not { } value)
            {
                continue;
            }

            if (Reserved.Contains(name))
            {
                throw ToolFailedException.Permanent("tool.invalid", $"request.headers has '{name}', which only the app itself may set.");
            }

            // A line break would begin another header. The value is not told: it may be a secret.
            if (value.Any(character => character is < ' ' or > '~' && character != '\t'))
            {
                throw ToolFailedException.Permanent(
                    Codes.RequestInvalid,
                    $"The header '{name}' comes to a value with a line break, a control character or a character beyond ASCII, which a header cannot have.");
            }

            headers[name] = value;
        }

        return headers;
    }

    static void Add(HttpRequestMessage request, string name, string value)
    {
        if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) && request.Content is { } content)
        {
            // A multipart body's own type has the boundary in it.
            if (content.Headers.ContentType is null || !name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }
        else if (!name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(name, value))
        {
            throw ToolFailedException.Permanent(
                "tool.invalid", $"request.headers has '{name}', which is not the name of a request header.");
        }
    }

    static async Task<HttpContent?> ContentAsync(
        ToolCall call, RequestTemplate template, CallValues values, string? contentType, CancellationToken cancellation)
    {
        if (template.Multipart is { } multipart)
        {
            return await MultipartAsync(
                call,
                (JsonObject)values.Evaluate(multipart, "request.multipart", Codes.RequestInvalid)!,
                cancellation).ConfigureAwait(false);
        }

        if (template.Body is null)
        {
            return null;
        }

        var body = values.Evaluate(template.Body, "request.body", Codes.RequestInvalid);
        if (contentType is null || IsJson(contentType))
        {
            var json = new ByteArrayContent(Encoding.UTF8.GetBytes(body?.ToJsonString(DomainJson.Options) ?? "null"));
            json.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType ?? "application/json");
            return json;
        }

        return ArtifactIn(body) is { } artifact
            ? Untyped(await StreamAsync(call, artifact, cancellation).ConfigureAwait(false))
            : new ByteArrayContent(Encoding.UTF8.GetBytes(CallValues.TextOf(body) ?? ""));
    }

    static async Task<HttpContent> MultipartAsync(ToolCall call, JsonObject fields, CancellationToken cancellation)
    {
        var content = new MultipartFormDataContent();
        var streamed = false;
        foreach (var (name, value) in fields)
        {
            foreach (var one in value is JsonArray list ? [.. list] : new[] { value })
            {
                if (ArtifactIn(one) is { } artifact)
                {
                    var fileName = (one!["fileName"] is { } given ? CallValues.TextOf(given) : null) ?? artifact.Artifact.Split('/')[^1];
                    content.Add(await StreamAsync(call, artifact, cancellation).ConfigureAwait(false), Quotable(name), Quotable(fileName));
                    streamed = true;
                }
                else if (CallValues.TextOf(one) is { } text)
                {
                    var field = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
                    if (one is JsonObject or JsonArray)
                    {
                        field.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                    }

                    content.Add(field, Quotable(name));
                }
            }
        }

        return streamed ? new StreamedContent(content) : content;
    }

    static async Task<HttpContent> StreamAsync(ToolCall call, StoredArtifact artifact, CancellationToken cancellation)
    {
        var content = new StreamContent(await call.Artifacts.OpenAsync(artifact, cancellation).ConfigureAwait(false));
        content.Headers.ContentType = MediaTypeHeaderValue.TryParse(artifact.ContentType, out var type) ? type : null;
        content.Headers.ContentLength = artifact.Bytes;
        return content;
    }

    static StreamedContent Untyped(HttpContent content)
    {
        content.Headers.ContentType = null;
        return new StreamedContent(content);
    }

    /// <summary>{"artifact": reference}.</summary>
    static StoredArtifact? ArtifactIn(JsonNode? value)
    {
        if (value is not JsonObject { Count: 1 or 2 } holder || holder["artifact"] is not JsonObject reference || (holder.Count == 2 && !holder.ContainsKey("fileName")))
        {
            return null;
        }

        return ArtifactReference.Read(reference);
    }

    /// <summary>Without what would end the quoted text that names are put into.</summary>
    static string Quotable(string name) => string.Concat(name.Select(character => character is '"' or '\\' or < ' ' ? '_' : character));

    static bool IsJson(string contentType) => MediaTypes.IsJson(contentType);
}
