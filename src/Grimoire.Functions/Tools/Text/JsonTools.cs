using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Functions.Tools.Http;

namespace Grimoire.Functions.Tools.Text;

/// <summary>Kinds "json.…".</summary>
static class JsonTools
{
    static readonly JsonSerializerOptions Indented = new(DomainJson.Options) { WriteIndented = true };

    public static IReadOnlyDictionary<string, Func<JsonObject, JsonNode?>> Kinds { get; } = new Dictionary<string, Func<JsonObject, JsonNode?>>
    {
        ["json.value"] = input => input["value"]?.DeepClone(),
        ["json.pick"] = Pick,
        ["json.merge"] = Merge,
        ["json.parse"] = Parse,
        ["json.stringify"] = Stringify,
    };

    static JsonObject Pick(JsonObject input)
    {
        var picked = new JsonObject();
        var from = input.Object("from");
        foreach (var key in input.List("keys").Select(CallValues.TextOf).OfType<string>())
        {
            if (from.TryGetPropertyValue(key, out var value))
            {
                picked[key] = value?.DeepClone();
            }
        }

        return picked;
    }

    static JsonObject Merge(JsonObject input)
    {
        var merged = new JsonObject();
        var objects = input.List("objects");
        for (var index = 0; index < objects.Count; index++)
        {
            Into(merged, objects[index] as JsonObject ?? throw InputFields.Wrong($"objects/{index}", "an object", objects[index]));
        }

        return merged;
    }

    /// <summary>Later ones win; objects in objects are merged, lists replaced. How deep they can be is bounded by what reads JSON.</summary>
    static void Into(JsonObject merged, JsonObject more)
    {
        foreach (var (key, value) in more)
        {
            if (value is JsonObject inner && merged[key] is JsonObject known)
            {
                Into(known, inner);
            }
            else
            {
                merged[key] = value?.DeepClone();
            }
        }
    }

    static JsonObject Parse(JsonObject input) => ResponseReader.TryParse(input.Text("text"), out var json, out var error)
        ? new JsonObject { ["value"] = json }
        : throw ToolFailedException.Permanent("json.malformed", $"The text is not JSON: {error}");

    static JsonObject Stringify(JsonObject input) => new()
    {
        ["text"] = input["value"]?.ToJsonString(input.Flag("indented") ? Indented : DomainJson.Options) ?? "null",
    };
}
