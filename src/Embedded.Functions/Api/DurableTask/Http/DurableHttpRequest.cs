using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;

/// <summary>An HTTP request that an orchestration makes. It is stored in the history, with all its headers.</summary>
[method: JsonConstructor]
public class DurableHttpRequest(HttpMethod method, Uri uri)
{
    public DurableHttpRequest(
        HttpMethod method, Uri uri, IDictionary<string, StringValues>? headers, bool asynchronousPatternEnabled = false)
        : this(method, uri)
    {
        Headers = headers;
        AsynchronousPatternEnabled = asynchronousPatternEnabled;
    }

    [JsonPropertyName("method")]
    [JsonConverter(typeof(HttpMethodConverter))]
    public HttpMethod Method { get; } = method;

    [JsonPropertyName("uri")]
    public Uri Uri { get; } = uri;

    [JsonPropertyName("headers")]
    [JsonConverter(typeof(HttpHeadersConverter))]
    public IDictionary<string, StringValues>? Headers { get; set; }

    [JsonPropertyName("content")]
    public string? Content { get; set; }

    /// <summary>Whether a response 202 with a Location is polled there until it is another one.</summary>
    [JsonPropertyName("asynchronousPatternEnabled")]
    public bool AsynchronousPatternEnabled { get; set; }

    /// <summary>When and how often a failed request is made again; null for never.</summary>
    [JsonPropertyName("retryOptions")]
    public HttpRetryOptions? HttpRetryOptions { get; set; }

    /// <summary>Where a bearer token comes from. Not supported on the embedded host.</summary>
    // Not stored: a request that has one is refused before it could be.
    [JsonIgnore]
    public TokenSource? TokenSource { get; set; }

    /// <summary>How long the request, together with the polling that follows it, may take.</summary>
    [JsonPropertyName("timeout")]
    public TimeSpan? Timeout { get; set; }
}
