using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Newtonsoft.Json.Linq;

namespace Grimoire.Schemas;

/// <summary>System.Text.Json's values as NJsonSchema reads them. 3.0 is a whole number; what no decimal holds is the largest one.</summary>
static class TokenOf
{
    public static JToken Value(JsonNode? value) => value switch
    {
        JsonObject fields => Fields(fields),
        JsonArray items => new JArray(items.Select(Value)),
        null => JValue.CreateNull(),
        _ => Scalar(value),
    };

    static JObject Fields(JsonObject fields)
    {
        var copy = new JObject();
        foreach (var (name, value) in fields)
        {
            copy.Add(new JProperty(name, Value(value)));
        }

        return copy;
    }

    static JValue Scalar(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => new JValue(JsonSerializer.Deserialize<string>(value.ToJsonString())),
        JsonValueKind.True => new JValue(true),
        JsonValueKind.False => new JValue(false),
        JsonValueKind.Number => Number(value.ToJsonString()),
        _ => JValue.CreateNull(),
    };

    static JValue Number(string digits)
    {
        if (decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue ? new JValue((long)number) : new JValue(number);
        }

        return new JValue(digits.StartsWith('-') ? decimal.MinValue : decimal.MaxValue);
    }
}
