using System.Globalization;
using System.Text.Json;

namespace Embedded.DurableTask.Engine.History;

/// <summary>
/// <c>TaskFailureDetails.Properties</c> as JSON. What comes back are the types that JSON has: text, numbers, booleans, null,
/// lists and dictionaries of them.
/// </summary>
internal static class FailureProperties
{
    public static string Serialize(IDictionary<string, object?> properties)
    {
        try
        {
            return JsonSerializer.Serialize(properties);
        }
        catch (Exception)
        {
            // An odd property (a cycle, not a number, a getter that throws whatever) must not cost the failure that it describes:
            // what cannot be written is written as its text.
            return JsonSerializer.Serialize(properties.ToDictionary(p => p.Key, p => Text(p.Value)));
        }
    }

    /// <exception cref="InvalidDataException">The text is not what <see cref="Serialize"/> wrote.</exception>
    public static Dictionary<string, object?> Deserialize(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return ReadObject(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"The properties of a failure are damaged: {e.Message}", e);
        }
    }

    static string? Text(object? value)
    {
        try
        {
            return value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value?.ToString();
        }
        catch (Exception e)
        {
            return $"({value!.GetType()}: {e.Message})";
        }
    }

    static Dictionary<string, object?> ReadObject(JsonElement element) =>
        element.EnumerateObject().ToDictionary(p => p.Name, p => ReadValue(p.Value));

    static object? ReadValue(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out long whole) ? whole : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => element.EnumerateArray().Select(ReadValue).ToList(),
        JsonValueKind.Object => ReadObject(element),
        _ => null,
    };
}
