using System.Text.Json.Nodes;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>Reads answers about casts.</summary>
internal static class CastView
{
    public static string Status(this JsonNode cast) => (string)cast["status"]!;

    public static decimal CostUsd(this JsonNode cast) => (decimal)cast["costUsd"]!;

    public static JsonNode Step(this JsonNode cast, string id) => cast["steps"]!.AsArray().Single(step => (string)step!["id"]! == id)!;

    public static IReadOnlyList<JsonNode> Artifacts(this JsonNode cast) => [.. cast["artifacts"]!.AsArray()!];

    public static string? FailureCode(this JsonNode cast) => (string?)cast["failure"]?["code"];
}
