using System.ClientModel.Primitives;
using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Tools.Http;

namespace Grimoire.Functions.Tools.Models;

/// <summary>What it means that a model did not answer.</summary>
static class ModelFailure
{
    const string NotFound = "llm.modelNotFound";
    const string Timeout = "http.timeout";
    const string Status = "http.status";

    public static bool IsForAnotherModel(Failure failure) => failure.Code is NotFound or Timeout || (failure.Code == Status && failure.Transient);

    public static ToolFailedException OfStatus(PipelineResponse response, Uri endpoint, string model, Redactor redactor, TimeProvider time)
    {
        var text = response.Content?.ToString() ?? "";
        var json = ResponseReader.TryParse(text, out var parsed, out _) ? parsed : null;
        var said = StatusFailure.MessageIn(json);
        var code = CodeIn(json);
        var transient = StatusFailure.IsTransient(response.Status) && code != "insufficient_quota";
        var details = Details(model, RequestId(response));
        details["status"] = response.Status;
        details["url"] = endpoint.GetLeftPart(UriPartial.Path);
        details["body"] = ResponseReader.Excerpt(redactor.Text(text));
        return new ToolFailedException(new Failure
        {
            Code = code == "content_filter" ? "llm.contentFilter" : response.Status == 404 && code is null or "model_not_found" ? NotFound : Status,
            Message = $"{endpoint.Host} answered {response.Status.ToString(CultureInfo.InvariantCulture)} for the model '{model}'{(said is null ? "." : $": {said}")}",
            Phase = Phase.Execute,
            Transient = transient,
            RetryAfter = transient ? RetryAfter(response, time) : null,
            Details = details,
        });
    }

    public static ToolFailedException Malformed(Uri endpoint, string model, Exception exception) => ToolFailedException.Permanent(
        "http.notJson", $"{endpoint.Host} answered for the model '{model}' with something that is no chat completion: {exception.Message}", Details(model, null), inner: exception);

    public static string? RequestId(PipelineResponse response) => response.Headers.TryGetValue("x-request-id", out var id) ? id : null;

    public static JsonObject Details(string model, string? requestId)
    {
        var details = new JsonObject { ["model"] = model };
        if (requestId is not null)
        {
            details["requestId"] = requestId;
        }

        return details;
    }

    static string? CodeIn(JsonNode? json) => json is JsonObject body && body["error"] is JsonObject error && error["code"] is JsonValue code && code.TryGetValue<string>(out var text) ? text : null;

    static TimeSpan? RetryAfter(PipelineResponse response, TimeProvider time)
    {
        if (!response.Headers.TryGetValue("Retry-After", out var text) || text is null)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < TimeSpan.MaxValue.TotalSeconds / 2)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) && date > time.GetUtcNow() ? date - time.GetUtcNow() : null;
    }
}
