using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Tools;

namespace Grimoire.Functions.Tools.Http;

/// <summary>What a status code that is no success means: whether trying again may help, when, and what the provider says.</summary>
static class StatusFailure
{
    static readonly string[] RequestIdHeaders = ["x-request-id", "request-id", "x-ms-request-id", "x-amzn-requestid", "x-correlation-id", "cf-ray"];

    public static bool IsFailure(int status, ResponseMapping mapping) =>
        status is < 200 or > 299 || mapping.Transient.Contains(status) || mapping.Permanent.Contains(status);

    public static bool IsTransient(int status, ResponseMapping mapping) =>
        !mapping.Permanent.Contains(status) && (mapping.Transient.Contains(status) || IsTransient(status));

    public static bool IsTransient(int status) => status is 408 or 425 or 429 or >= 500;

    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };

    public static string? RequestId(HttpResponseMessage response)
    {
        foreach (var name in RequestIdHeaders)
        {
            if (response.Headers.NonValidated.TryGetValues(name, out var values))
            {
                return values.ToString();
            }
        }

        return null;
    }

    /// <summary>Where providers usually say what went wrong.</summary>
    public static string? MessageIn(JsonNode? body) => body switch
    {
        JsonObject fields => Text(fields["error"]) ?? MessageIn(fields["error"]) ?? Text(fields["message"]) ?? Text(fields["detail"]) ?? MessageIn(fields["detail"]) ?? Text(fields["title"]) ?? MessageIn(fields["errors"]),
        JsonArray { Count: > 0 } list => Text(list[0]) ?? MessageIn(list[0]),
        _ => null,
    };

    public static ToolFailedException Of(
        HttpResponseMessage response,
        Uri url,
        bool transient,
        string? message,
        string excerpt,
        string? requestId,
        TimeProvider time,
        string code = "http.status")
    {
        var status = (int)response.StatusCode;
        var details = new JsonObject
        {
            ["status"] = status,
            ["url"] = url.GetLeftPart(UriPartial.Path),
        };
        if (excerpt.Length > 0)
        {
            details["body"] = excerpt;
        }

        if (requestId is not null)
        {
            details["requestId"] = requestId;
        }

        return new ToolFailedException(new Failure
        {
            Code = code,
            Message = $"{url.Host} answered {status.ToString(CultureInfo.InvariantCulture)} {response.ReasonPhrase}{(message is null ? "." : $": {message}")}",
            Phase = Phase.Execute,
            Transient = transient,
            RetryAfter = transient ? RetryAfter(response, time) : null,
            Details = details,
        });
    }

    static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? ResponseReader.Excerpt(text) : null;
}
