using System.Text.Json.Nodes;

namespace Grimoire.Functions.Tests.Activities;

static class Json
{
    public static JsonObject Object(string json) => (JsonObject)JsonNode.Parse(json)!;
}
