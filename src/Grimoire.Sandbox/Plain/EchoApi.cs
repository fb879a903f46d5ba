using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Sandbox.Requests;
using Microsoft.Net.Http.Headers;

namespace Grimoire.Sandbox.Plain;

/// <summary>
/// <c>/echo</c>: answers with what it received. Of an Authorization header it says only that it was there, and the start of its SHA-256.
/// </summary>
static class EchoApi
{
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void MapEcho(this IEndpointRouteBuilder routes) => routes.Map("/echo", async (HttpRequest request) =>
    {
        var answer = new JsonObject
        {
            ["method"] = request.Method,
            ["path"] = request.Path.Value,
            ["query"] = Named(request.Query),
            ["headers"] = Named(request.Headers
                .Where(header => !header.Key.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase))
                .Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), header.Value))),
            ["authorization"] = Authorization(request),
            ["body"] = request.HasFormContentType ? await FormAsync(request).ConfigureAwait(false) : await BodyAsync(request).ConfigureAwait(false),
        };
        if (request.Query["costUsd"] is [{ } cost, ..])
        {
            answer["costUsd"] = decimal.TryParse(cost, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal usd)
                ? usd
                : throw new RefusedException(422, $"costUsd is \"{cost}\"; it must be a number, such as 0.05.", "invalid_value", "costUsd");
        }

        return Results.Ok(answer);
    });

    static JsonObject Named(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> values) =>
        new(values.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)value.Value.ToString())));

    static JsonObject? Authorization(HttpRequest request) => request.Headers.Authorization.ToString() is { Length: > 0 } value
        ? new JsonObject { ["present"] = true, ["sha256Prefix"] = Sha256(Encoding.UTF8.GetBytes(value))[..8] }
        : null;

    static async Task<JsonNode> BodyAsync(HttpRequest request)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, request.HttpContext.RequestAborted).ConfigureAwait(false);
        byte[] bytes = buffer.ToArray();
        var body = new JsonObject { ["contentType"] = request.ContentType, ["size"] = bytes.Length, ["sha256"] = Sha256(bytes) };
        if (request.HasJsonContentType() && Json(bytes) is { } json)
        {
            body["json"] = JsonSerializer.SerializeToNode(json);
        }
        else if (bytes.Length > 0 && Text(bytes) is { } text)
        {
            body["text"] = text;
        }

        return body;
    }

    static async Task<JsonNode> FormAsync(HttpRequest request)
    {
        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new RefusedException(400, $"The body is no complete {request.ContentType}: {e.Message}", "invalid_form");
        }

        var parts = new JsonArray();
        foreach ((string name, var values) in form)
        {
            foreach (string? value in values)
            {
                byte[] bytes = Encoding.UTF8.GetBytes(value ?? "");
                parts.Add(new JsonObject { ["name"] = name, ["size"] = bytes.Length, ["sha256"] = Sha256(bytes), ["text"] = value });
            }
        }

        foreach (IFormFile file in form.Files)
        {
            using Stream content = file.OpenReadStream();
            byte[] hash = await SHA256.HashDataAsync(content, request.HttpContext.RequestAborted).ConfigureAwait(false);
            parts.Add(new JsonObject
            {
                ["name"] = file.Name,
                ["fileName"] = file.FileName,
                ["contentType"] = file.ContentType,
                ["size"] = file.Length,
                ["sha256"] = Convert.ToHexStringLower(hash),
            });
        }

        return new JsonObject { ["contentType"] = request.ContentType, ["parts"] = parts };
    }

    static JsonElement? Json(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(bytes);
        }
        catch (JsonException)
        {
            // Then it is shown as the text that it is.
            return null;
        }
    }

    static string? Text(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            // Binary: its size and hash say enough.
            return null;
        }
    }

    static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
