using System.Text.Json;
using Microsoft.DurableTask;

namespace Embedded.Functions.DurableHttp;

/// <summary>
/// Takes payloads as the JSON that they already are. What comes in over HTTP must reach the app byte for byte, whatever converter
/// the app has configured for its own objects.
/// </summary>
internal sealed class VerbatimJson : DataConverter
{
    public static readonly VerbatimJson Instance = new();

    public override string? Serialize(object? value) => value switch
    {
        null => null,
        string json => json,
        _ => throw new ArgumentException($"Payloads are JSON text here, not {value.GetType()}.", nameof(value)),
    };

    public override object? Deserialize(string? data, Type targetType) =>
        throw new NotSupportedException("Payloads are passed on as JSON text, not read.");

    /// <summary>Makes JSON of a text.</summary>
    public static string? OfText(string? text) => text is null ? null : JsonSerializer.Serialize(text);
}
