using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Grimoire.Casts;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>How an artifact is sent: which part of it, and so that it can do nothing to whoever opens it.</summary>
sealed class ArtifactDownload
{
    readonly HttpRequestData _request;
    readonly StoredArtifact _artifact;

    /// <exception cref="RefusedException">It has not as many bytes as are asked for.</exception>
    public ArtifactDownload(HttpRequestData request, StoredArtifact artifact)
    {
        (_request, _artifact) = (request, artifact);
        Part = (0, artifact.Bytes);
        IsKnown = Header("If-None-Match") is { } known && known.Split(',').Any(tag => tag.Trim() is "*" || tag.Trim().Replace("W/", "", StringComparison.Ordinal) == ETag);
        if (!IsKnown && Header("Range") is { } range && (Header("If-Range") is not { } condition || condition == ETag))
        {
            Read(range);
        }
    }

    public string ETag => $"\"{_artifact.Sha256}\"";

    /// <summary>The caller has it already.</summary>
    public bool IsKnown { get; }

    public bool IsPart { get; private set; }

    public (long Offset, long Length) Part { get; private set; }

    /// <summary>The answer without its body.</summary>
    public HttpResponseData Head(HttpStatusCode status)
    {
        var response = _request.CreateResponse(status);
        response.Headers.Add("ETag", ETag);
        response.Headers.Add("Accept-Ranges", "bytes");
        response.Headers.Add("X-Content-Type-Options", "nosniff");
        response.Headers.Add("Content-Security-Policy", "sandbox; default-src 'none'");
        response.Headers.Add("Content-Disposition", Disposition());
        response.Headers.TryAddWithoutValidation("Content-Type", WithCharset(_artifact.ContentType));
        return response;
    }

    /// <summary>Text that does not say so is UTF-8, as all that is made here; whoever shows it would guess otherwise.</summary>
    internal static string WithCharset(string contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || type.CharSet is not null || !type.MediaType!.StartsWith("text/", StringComparison.OrdinalIgnoreCase))
        {
            return contentType;
        }

        type.CharSet = "utf-8";
        return type.ToString();
    }

    /// <summary>Shown only if a browser runs nothing of it.</summary>
    static bool IsSafe(string contentType)
    {
        var type = MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? parsed.MediaType!.ToLowerInvariant() : "";
        return type is "image/png" or "image/jpeg" or "image/gif" or "image/webp" or "text/plain" or "application/json"
            || type.StartsWith("audio/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal);
    }

    string Disposition()
    {
        var kind = IsSafe(_artifact.ContentType) && _request.Query["download"] != "true" ? "inline" : "attachment";
        var name = _artifact.Artifact[(_artifact.Artifact.LastIndexOf('/') + 1)..];
        var ascii = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            ascii.Append(c is >= ' ' and <= '~' and not ('"' or '\\' or '%') ? c : '_');
        }

        return $"{kind}; filename=\"{ascii}\"; filename*=UTF-8''{Uri.EscapeDataString(name)}";
    }

    /// <summary>One range. Several, and what is no range of bytes, are answered with the whole, as the standard has it.</summary>
    void Read(string range)
    {
        const string unit = "bytes=";
        if (!range.StartsWith(unit, StringComparison.OrdinalIgnoreCase) || range[unit.Length..].Trim().Split('-') is not [var from, var to])
        {
            return;
        }

        var size = _artifact.Bytes;
        if (from.Length == 0 && TryRead(to, out var last))
        {
            Take(Math.Max(0, size - last), size - 1);
        }
        else if (TryRead(from, out var first) && to.Length == 0)
        {
            Take(first, size - 1);
        }
        else if (TryRead(from, out first) && TryRead(to, out last) && first <= last)
        {
            Take(first, Math.Min(last, size - 1));
        }
    }

    void Take(long first, long last)
    {
        if (first > last)
        {
            throw new Problem(HttpStatusCode.RequestedRangeNotSatisfiable, "artifact.range", $"The artifact has {_artifact.Bytes} bytes.")
            {
                Headers = [("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes */{_artifact.Bytes}"))],
            }.Refused();
        }

        (Part, IsPart) = ((first, last - first + 1), true);
    }

    string? Header(string name) => _request.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    static bool TryRead(string text, out long value) => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
