using System.Globalization;
using System.Text.Json.Nodes;

namespace Grimoire.Cli.Api;

/// <summary>Reads fields of answers. What is missing, or of another type than it should be, is null: an answer cannot make the command crash.</summary>
static class Fields
{
    public static JsonNode? Node(this JsonNode? node, string name) => node is JsonObject fields && fields.TryGetPropertyValue(name, out var value) ? value : null;

    public static string? Text(this JsonNode? node, string name) => node.Node(name) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool? Flag(this JsonNode? node, string name) => node.Node(name) is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public static int? Whole(this JsonNode? node, string name) => node.Node(name) is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    public static long? Long(this JsonNode? node, string name) => node.Node(name) is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    public static double? Number(this JsonNode? node, string name) => node.Node(name) is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    public static decimal? Usd(this JsonNode? node, string name) => node.Node(name) is JsonValue value && value.TryGetValue<decimal>(out var number) ? number : null;

    public static DateTimeOffset? Time(this JsonNode? node, string name) =>
        DateTimeOffset.TryParse(node.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The elements of a list; none if it is not there.</summary>
    public static IEnumerable<JsonNode?> List(this JsonNode? node, string name) => node.Node(name) as JsonArray ?? [];
}
