using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace Grimoire.Sandbox.Requests;

/// <summary>Reads a JSON body; one that is none is refused with what is wrong with it.</summary>
static class JsonBody
{
    public static async Task<T> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, SandboxJson.Options, request.HttpContext.RequestAborted).ConfigureAwait(false)
                ?? throw new RefusedException(400, "The body is null; a JSON object is needed.", "invalid_json");
        }
        catch (JsonException e)
        {
            throw Refusal(e);
        }
        catch (ArgumentException e)
        {
            throw new RefusedException(400, $"The body has a member twice: {e.Message}", "invalid_json");
        }
    }

    /// <summary>Reads a part of a body.</summary>
    public static T Read<T>(JsonObject part)
        where T : class
    {
        try
        {
            return part.Deserialize<T>(SandboxJson.Options)!;
        }
        catch (JsonException e)
        {
            throw Refusal(e);
        }
    }

    public static async Task<JsonObject> ReadObjectAsync(HttpRequest request) =>
        await ReadAsync<JsonNode>(request).ConfigureAwait(false) as JsonObject
            ?? throw new RefusedException(400, "The body is not a JSON object.", "invalid_json");

    /// <summary>The object that the body is; an empty one if there is no body.</summary>
    public static async Task<JsonObject> ReadObjectOrNoneAsync(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            ? await ReadObjectAsync(request).ConfigureAwait(false)
            : [];

    static RefusedException Refusal(JsonException e)
    {
        // What the serializer says of a value speaks of .NET types; what it says of broken JSON tells where it breaks.
        bool broken = e.Path is null || e.InnerException is JsonException;
        string why = broken ? e.Message : $"{e.Path} has a value of the wrong type.";
        return new RefusedException(400, $"The body is not the JSON that is needed: {why}", "invalid_json", broken ? null : e.Path);
    }
}
