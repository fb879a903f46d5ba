using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Grimoire.Sandbox.Faults;

/// <summary>A kind may be written as the number that it is: 500 as well as "500".</summary>
sealed class FaultKindConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetInt32(out int status) => status.ToString(CultureInfo.InvariantCulture),
        JsonTokenType.String => reader.GetString(),
        _ => throw new JsonException("A kind of fault is a status or a name."),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
