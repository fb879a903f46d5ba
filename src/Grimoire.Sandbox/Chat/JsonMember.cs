using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Chat;

/// <summary>Reads members of a request; one of the wrong type or out of range is refused by its name.</summary>
static class JsonMember
{
    public static string? Text(JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw Wrong(name, "a string"),
    };

    public static bool Flag(JsonObject body, string name) => body[name] switch
    {
        null => false,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        _ => throw Wrong(name, "true or false"),
    };

    public static int? Whole(JsonObject body, string name, int least, int most) => body[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number
            && value.TryGetValue(out int number) && number >= least && number <= most => number,
        _ => throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}")),
    };

    public static void Within(JsonObject body, string name, double least, double most)
    {
        bool right = body[name] switch
        {
            null => true,
            JsonValue value when value.GetValueKind() == JsonValueKind.Number => value.GetValue<double>() is var number && number >= least && number <= most,
            _ => false,
        };
        if (!right)
        {
            throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));
        }
    }

    static RefusedException Wrong(string name, string right) => new(400, $"Invalid value for '{name}': it must be {right}.", "invalid_value", name);
}
