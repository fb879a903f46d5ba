using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Tools.Egress;
using Grimoire.Tools;

namespace Grimoire.Functions.Tools.Http;

/// <summary>Sends the requests of a definition, and takes from responses and messages what its mapping says.</summary>
sealed class HttpCalls(IHttpClientFactory clients, Secrets secrets, ToolsOptions options, TimeProvider time)
{
    static readonly ResponseMapping Default = new();

    /// <summary>A request whose response is the output.</summary>
    public Task<JsonNode?> OutputAsync(ToolCall call, RequestTemplate template, ResponseMapping? given, CallValues values, CancellationToken cancellation)
    {
        var mapping = given ?? Default;
        return SendAsync(call, template, mapping, values, ReadAsync, cancellation);

        async Task<JsonNode?> ReadAsync(HttpClient client, HttpResponseMessage response)
        {
            // From here on it is paid for, whatever becomes of the result.
            call.Bill.CostUsd = call.Tool.Cost.Usd ?? 0;
            var intake = new ArtifactIntake(client, call, values, secrets.Redactor, time);
            values.Response = Facts(response, null);
            var body = await BodyAsync(response, response.RequestMessage!.RequestUri!, mapping, intake, cancellation).ConfigureAwait(false);
            values.Response["body"] = body.Json;
            call.Bill.CostUsd = Cost(mapping, values, call.Bill) ?? call.Bill.CostUsd;
            return await OutputAsync(mapping, values, body, intake, call.Bill, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A request whose response is a message about a job: {status, headers, body}. Nothing is paid for it.</summary>
    public async Task<JsonObject> MessageAsync(ToolCall call, RequestTemplate template, ResponseMapping? mapping, CallValues values, CancellationToken cancellation)
    {
        return (JsonObject)(await SendAsync(call, template, mapping ?? Default, values, ReadAsync, cancellation).ConfigureAwait(false))!;

        async Task<JsonNode?> ReadAsync(HttpClient client, HttpResponseMessage response)
        {
            var text = await ResponseReader.TextAsync(response, options.MaxResponseBytes, cancellation).ConfigureAwait(false);
            return Facts(response, text.Length == 0 ? null : ResponseReader.TryParse(text, out var json, out _) ? json : JsonValue.Create(text));
        }
    }

    /// <summary>The output that a message carries: the values' response.</summary>
    public async Task<JsonNode?> OutputAsync(ToolCall call, ResponseMapping? given, CallValues values, CancellationToken cancellation)
    {
        var mapping = given ?? Default;
        call.Bill.CostUsd = Cost(mapping, values, call.Bill) ?? call.Tool.Cost.Usd ?? 0;
        var intake = new ArtifactIntake(clients.CreateClient(EgressClient.Name), call, values, secrets.Redactor, time);
        return await OutputAsync(mapping, values, new Body(values.Response?["body"], null, IsText: false), intake, call.Bill, cancellation).ConfigureAwait(false);
    }

    /// <summary>What a message says that the work has cost, if it says so.</summary>
    public static decimal? Said(ResponseMapping? mapping, CallValues values) =>
        mapping?.CostUsd is { } cost && CallValues.NumberOf(Optional(cost, values, "response.costUsd")) is { } said and >= 0 ? said : null;

    /// <summary>What a message says of a failure, if it says anything.</summary>
    public static string? ErrorOf(ResponseMapping? mapping, CallValues values) =>
        CallValues.TextOf(Optional(mapping?.ErrorMessage, values, "response.errorMessage")) ?? StatusFailure.MessageIn(values.Response?["body"]);

    public static JsonNode? Optional(JsonNode? template, CallValues values, string place)
    {
        try
        {
            return values.Evaluate(template, place, Codes.ResponseMapping);
        }
        catch (ToolFailedException absent) when (absent.Failure.Code == Codes.ResponseMapping)
        {
            return null;
        }
    }

    async Task<JsonNode?> SendAsync(
        ToolCall call, RequestTemplate template, ResponseMapping mapping, CallValues values, Func<HttpClient, HttpResponseMessage, Task<JsonNode?>> read, CancellationToken cancellation)
    {
        var client = clients.CreateClient(EgressClient.Name);
        using var request = await RequestBuilder.BuildAsync(call, template, values, cancellation).ConfigureAwait(false);
        var url = request.RequestUri!;
        try
        {
            using var response = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if (StatusFailure.IsFailure((int)response.StatusCode, mapping))
            {
                throw await FailedAsync(call, values, response, url, mapping, cancellation).ConfigureAwait(false);
            }

            return await read(client, response).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not ToolFailedException && TransportFailure.From(exception, url, cancellation) is { } failed)
        {
            throw failed;
        }
    }

    async Task<ToolFailedException> FailedAsync(
        ToolCall call,
        CallValues values,
        HttpResponseMessage response,
        Uri url,
        ResponseMapping mapping,
        CancellationToken cancellation)
    {
        var (text, json) = await ResponseReader.ErrorAsync(response, cancellation).ConfigureAwait(false);
        values.Response = Facts(response, json ?? (text.Length == 0 ? null : JsonValue.Create(text)));

        // A provider may charge for a failure, but need not say so, nor anything else that a mapping looks for.
        call.Bill.CostUsd = Said(mapping, values) ?? 0;
        var message = CallValues.TextOf(Optional(mapping.ErrorMessage, values, "response.errorMessage")) ?? StatusFailure.MessageIn(json);
        var requestId = CallValues.TextOf(Optional(mapping.RequestId, values, "response.requestId")) ?? StatusFailure.RequestId(response);
        var transient = StatusFailure.IsTransient((int)response.StatusCode, mapping);
        return StatusFailure.Of(response, url, transient, message, ResponseReader.Excerpt(secrets.Redactor.Text(text)), requestId, time);
    }

    async Task<Body> BodyAsync(
        HttpResponseMessage response, Uri url, ResponseMapping mapping, ArtifactIntake intake, CancellationToken cancellation)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        if (mapping.Artifacts.FirstOrDefault(IsBody) is { } whole)
        {
            return new Body(null, await intake.BodyAsync(response, whole, cancellation).ConfigureAwait(false), IsText: false);
        }

        if (response.Content.Headers.ContentLength != 0 && type is not null && !MediaTypes.IsJson(type) && !MediaTypes.IsText(type))
        {
            var stored = await intake.BodyAsync(response, null, cancellation).ConfigureAwait(false);
            return new Body(new JsonObject { ["artifact"] = ArtifactReference.Of(stored) }, null, IsText: false);
        }

        var text = await ResponseReader.TextAsync(response, options.MaxResponseBytes, cancellation).ConfigureAwait(false);
        if (text.Length == 0)
        {
            return new Body(null, null, IsText: false);
        }

        string? error = null;

        // Many a provider sends JSON and calls it text.
        if ((MediaTypes.IsJson(type) || text.AsSpan().TrimStart() is ['{' or '[', ..]) && ResponseReader.TryParse(text, out var json, out error))
        {
            return new Body(json, null, IsText: false);
        }

        return MediaTypes.IsJson(type) ? throw NotJson(response, url, text, error) : new Body(JsonValue.Create(text), null, IsText: true);
    }

    /// <summary>Permanent: the provider has done its work, and would do and charge it again.</summary>
    ToolFailedException NotJson(HttpResponseMessage response, Uri url, string text, string? error)
    {
        return ToolFailedException.Permanent("http.notJson", $"{url.Host} says that its response is JSON, but it is not: {error}", new JsonObject
        {
            ["status"] = (int)response.StatusCode,
            ["url"] = url.GetLeftPart(UriPartial.Path),
            ["body"] = ResponseReader.Excerpt(secrets.Redactor.Text(text)),
            ["requestId"] = StatusFailure.RequestId(response),
        });
    }

    static async Task<JsonNode?> OutputAsync(
        ResponseMapping mapping, CallValues values, Body body, ArtifactIntake intake, Bill bill, CancellationToken cancellation)
    {
        var output = mapping.Output is { } template ? values.Evaluate(template, "response.output", Codes.ResponseMapping)
            : body.IsText ? new JsonObject { ["text"] = body.Json?.DeepClone() }
            : body.Json;
        output = output?.DeepClone();
        if (mapping.Artifacts.Count == 0)
        {
            return output;
        }

        if ((output ?? new JsonObject()) is not JsonObject fields)
        {
            throw ToolFailedException.Permanent(
                Codes.ResponseMapping, "response.output has to come to an object, because artifacts are put into fields of it.");
        }

        foreach (var artifact in mapping.Artifacts)
        {
            var reference = IsBody(artifact) ? ArtifactReference.Of(body.Artifact ?? throw NoBody(artifact)) : await intake.FromAsync(artifact, cancellation).ConfigureAwait(false);
            fields[artifact.As] = reference;
            if (reference is null or JsonArray { Count: 0 })
            {
                bill.Warn($"The response has nothing for the artifact '{artifact.As}'.");
            }
        }

        return fields;
    }

    static decimal? Cost(ResponseMapping mapping, CallValues values, Bill bill)
    {
        var said = Said(mapping, values);
        if (said is null && mapping.CostUsd is not null)
        {
            bill.Warn("The response does not say what it has cost where response.costUsd looks for it.");
        }

        return said;
    }

    static JsonObject Facts(HttpResponseMessage response, JsonNode? body)
    {
        var headers = new JsonObject();
        foreach (var header in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            headers[header.Key.ToLowerInvariant()] = header.Value.ToString();
        }

        return new JsonObject { ["status"] = (int)response.StatusCode, ["headers"] = headers, ["body"] = body?.DeepClone() };
    }

    static ToolFailedException NoBody(ArtifactMapping artifact) => ToolFailedException.Permanent(
        "tool.invalid", $"The artifact '{artifact.As}' is to be the body of a response, and this is a message about a job: its URL or content has to be in a field.");

    static bool IsBody(ArtifactMapping mapping) => mapping.From is JsonValue value && value.TryGetValue<string>(out var from) && from == "body";

    sealed record Body(JsonNode? Json, StoredArtifact? Artifact, bool IsText);
}
