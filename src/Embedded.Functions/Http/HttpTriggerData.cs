using System.Collections.ObjectModel;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Embedded.Functions.Http;

/// <summary>
/// What a function can bind by name beside the request: the values of the route, of the query and of a JSON body's top level, the
/// first of these that has the name; and the whole query and all headers as JSON under "Query" and "Headers". As the official host.
/// </summary>
internal static class HttpTriggerData
{
    public static IReadOnlyDictionary<string, object?> Read(HttpRequest request, Stream body)
    {
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        AddBody(data, request, body);
        foreach ((string name, var values) in request.Query)
        {
            data[name] = values.ToString();
        }

        foreach ((string name, object? value) in request.RouteValues)
        {
            // A part of the route that the caller left out is not there to be bound.
            if (value is not null)
            {
                data[name] = value.ToString();
            }
        }

        // What the caller sent under one of these names goes before them, or a route such as search/{query} could not be bound.
        data.TryAdd("Query", JsonSerializer.Serialize(request.Query.ToDictionary(q => q.Key, q => q.Value.ToString())));
        data.TryAdd("Headers", JsonSerializer.Serialize(request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString())));
        return new ReadOnlyDictionary<string, object?>(data);
    }

    static void AddBody(Dictionary<string, object?> data, HttpRequest request, Stream body)
    {
        if (!request.HasJsonContentType() || !body.CanSeek || body.Length == 0)
        {
            return;
        }

        long position = body.Position;
        body.Position = 0;
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            foreach (JsonProperty property in json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.EnumerateObject() : default)
            {
                data[property.Name] = property.Value.ValueKind switch
                {
                    JsonValueKind.Null => null,
                    JsonValueKind.String => property.Value.GetString(),
                    _ => property.Value.GetRawText(),
                };
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A body that is no JSON, or has half of a surrogate pair, has no values; whether that is an error is for the function to say, which gets the body itself.
        }
        finally
        {
            body.Position = position;
        }
    }
}
