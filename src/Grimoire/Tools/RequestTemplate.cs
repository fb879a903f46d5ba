using System.Text.Json.Nodes;

namespace Grimoire.Tools;

/// <summary>
/// The HTTP request of a tool. Every value is a template over ${inputs}, ${attempt}, ${cast}, and ${config:NAME} and ${secret:NAME},
/// which are resolved at the moment of the call and kept nowhere.
/// </summary>
public sealed record RequestTemplate
{
    public string Method { get; init; } = "POST";

    public required string Url { get; init; }

    public JsonObject? Query { get; init; }

    public JsonObject? Headers { get; init; }

    /// <summary>Sent as JSON; a string is sent as it is if a Content-Type header says something else.</summary>
    public JsonNode? Body { get; init; }

    /// <summary>Fields of a multipart/form-data body, in place of <see cref="Body"/>. {"artifact": reference, "fileName"?} sends a stored artifact.</summary>
    public JsonObject? Multipart { get; init; }
}

/// <summary>What is taken from a response. Templates over ${response.status}, ${response.headers}, ${response.body} and ${inputs}.</summary>
public sealed record ResponseMapping
{
    /// <summary>The output. Null: the body if it is JSON, {"text": …} if it is text, {"artifact": reference} if it is anything else.</summary>
    public JsonNode? Output { get; init; }

    public IReadOnlyList<ArtifactMapping> Artifacts { get; init; } = [];

    /// <summary>What the attempt has cost.</summary>
    public JsonNode? CostUsd { get; init; }

    /// <summary>The provider's own id of the request, for its support.</summary>
    public JsonNode? RequestId { get; init; }

    /// <summary>The message of a failure; null: the usual places are tried.</summary>
    public JsonNode? ErrorMessage { get; init; }

    /// <summary>Status codes that count as transient beside 408, 425, 429 and 5xx.</summary>
    public IReadOnlyList<int> Transient { get; init; } = [];

    /// <summary>Status codes that count as permanent although they would be transient.</summary>
    public IReadOnlyList<int> Permanent { get; init; } = [];
}

/// <summary>An artifact in a response: its body, URLs in it that are downloaded, or base64 text in it.</summary>
/// <param name="As">Under which field of the output the reference (or the list of them) is put.</param>
/// <param name="From">"body", or a template that comes to a URL, a data: URL, base64 text, or a list of such.</param>
/// <param name="Name">A template for its file name; index and extension are added as needed.</param>
/// <param name="ContentType">Where the response does not say, or says it wrongly.</param>
public sealed record ArtifactMapping(string As, JsonNode From, string? Name = null, string? ContentType = null)
{
    internal bool IsBody => From is JsonValue value && value.TryGetValue<string>(out var from) && from == "body";
}
