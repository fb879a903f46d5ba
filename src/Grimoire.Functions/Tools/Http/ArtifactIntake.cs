using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Tools;

namespace Grimoire.Functions.Tools.Http;

/// <summary>Brings what a response has made into the storage: its body, what its URLs lead to, and what is written in it.</summary>
sealed class ArtifactIntake(HttpClient client, ToolCall call, CallValues values, Redactor redactor, TimeProvider time)
{
    public async Task<StoredArtifact> BodyAsync(HttpResponseMessage response, ArtifactMapping? mapping, CancellationToken cancellation)
    {
        var type = TypeOf(response, mapping);
        var name = NameOf(mapping) ?? FileName(response) ?? mapping?.As ?? call.Attempt.Step;
        return await FromResponseAsync(response, response.RequestMessage!.RequestUri!, name, type, cancellation).ConfigureAwait(false);
    }

    /// <summary>A reference, a list of references, or null if there is nothing.</summary>
    public async Task<JsonNode?> FromAsync(ArtifactMapping mapping, CancellationToken cancellation)
    {
        var found = values.Evaluate(mapping.From, "response.artifacts.from", Codes.ResponseMapping);
        if (found is not JsonArray list)
        {
            return found is null ? null : ArtifactReference.Of(await OneAsync(mapping, found, "", cancellation).ConfigureAwait(false));
        }

        var stored = new JsonArray();
        for (var index = 0; index < list.Count; index++)
        {
            var suffix = list.Count == 1 ? "" : $"-{index + 1}";
            stored.Add(ArtifactReference.Of(await OneAsync(mapping, list[index], suffix, cancellation).ConfigureAwait(false)));
        }

        return stored;
    }

    async Task<StoredArtifact> OneAsync(ArtifactMapping mapping, JsonNode? found, string suffix, CancellationToken cancellation)
    {
        if (found is not JsonValue value || !value.TryGetValue<string>(out var text) || text.Length == 0)
        {
            throw Wrong(mapping, "comes to something that is neither a URL nor base64 text");
        }

        if (text.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            var (type, bytes) = DataUrl(mapping, text);
            return await FromBytesAsync(mapping, bytes, mapping.ContentType ?? type, suffix, cancellation).ConfigureAwait(false);
        }

        if (text.Contains("://", StringComparison.Ordinal))
        {
            return Uri.TryCreate(text, UriKind.Absolute, out var url)
                ? await FromUrlAsync(mapping, url, suffix, cancellation).ConfigureAwait(false)
                : throw Wrong(mapping, "comes to a malformed URL");
        }

        return await FromBytesAsync(
            mapping, Base64(mapping, text), mapping.ContentType ?? MediaTypes.Unknown, suffix, cancellation).ConfigureAwait(false);
    }

    async Task<StoredArtifact> FromUrlAsync(ArtifactMapping mapping, Uri url, string suffix, CancellationToken cancellation)
    {
        // None of the tool's own headers: the URL is from a response, and may lead to anybody.
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await SendAsync(request, url, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            var (text, json) = await ResponseReader.ErrorAsync(response, cancellation).ConfigureAwait(false);
            throw StatusFailure.Of(
                response, url, StatusFailure.IsTransient((int)response.StatusCode), StatusFailure.MessageIn(json), ResponseReader.Excerpt(redactor.Text(text)),
                StatusFailure.RequestId(response), time, "artifact.download");
        }

        var name = NameOf(mapping) ?? FileName(response) ?? mapping.As;
        return await FromResponseAsync(
            response, url, Suffixed(name, suffix), TypeOf(response, mapping), cancellation).ConfigureAwait(false);
    }

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Uri url, CancellationToken cancellation)
    {
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (TransportFailure.From(exception, url, cancellation) is { } failed)
        {
            throw failed;
        }
    }

    async Task<StoredArtifact> FromResponseAsync(
        HttpResponseMessage response, Uri url, string name, string type, CancellationToken cancellation)
    {
        var stream = new WatchedStream(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
        await using var _ = stream.ConfigureAwait(false);
        try
        {
            return await StoreAsync(MediaTypes.Named(name, type), type, stream, cancellation).ConfigureAwait(false);
        }
        catch (Exception) when (stream.Failure is { } broken && TransportFailure.From(broken, url, cancellation) is { } failed)
        {
            throw failed;
        }
    }

    async Task<StoredArtifact> FromBytesAsync(
        ArtifactMapping mapping, byte[] bytes, string type, string suffix, CancellationToken cancellation)
    {
        using var content = new MemoryStream(bytes, writable: false);
        return await StoreAsync(
            MediaTypes.Named(Suffixed(NameOf(mapping) ?? mapping.As, suffix), type), type, content, cancellation).ConfigureAwait(false);
    }

    Task<StoredArtifact> StoreAsync(string name, string type, Stream content, CancellationToken cancellation) =>
        ArtifactStoring.StoreAsync(call, name, type, content, cancellation);

    string? NameOf(ArtifactMapping? mapping) =>
        mapping?.Name is { } name ? values.EvaluateText(JsonValue.Create(name), "response.artifacts.name", Codes.ResponseMapping) : null;

    static string Suffixed(string name, string suffix) => suffix.Length == 0 ? name : $"{name[..^Path.GetExtension(name).Length]}{suffix}{Path.GetExtension(name)}";

    static string TypeOf(HttpResponseMessage response, ArtifactMapping? mapping) =>
        mapping?.ContentType ?? (response.Content.Headers.ContentType?.ToString() is { Length: > 0 } type ? type : MediaTypes.Unknown);

    static string? FileName(HttpResponseMessage response)
    {
        var disposition = response.Content.Headers.ContentDisposition;
        var name = (disposition?.FileNameStar ?? disposition?.FileName)?.Trim('"');
        return string.IsNullOrWhiteSpace(name) ? null : name;
    }

    static (string Type, byte[] Bytes) DataUrl(ArtifactMapping mapping, string url)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0)
        {
            throw Wrong(mapping, "comes to a malformed data: URL");
        }

        var head = url[5..comma];
        var type = MediaTypes.Bare(head) is { Length: > 0 } named ? named : "text/plain";
        return head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase)
            ? (type, Base64(mapping, url[(comma + 1)..]))
            : (type, System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url[(comma + 1)..])));
    }

    static byte[] Base64(ArtifactMapping mapping, string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw Wrong(mapping, "comes to text that is neither a URL nor base64");
        }
    }

    static ToolFailedException Wrong(ArtifactMapping mapping, string what) =>
        ToolFailedException.Permanent(
            Codes.ResponseMapping, $"The artifact '{mapping.As}' of the response {what}.", new JsonObject { ["artifact"] = mapping.As });
}
