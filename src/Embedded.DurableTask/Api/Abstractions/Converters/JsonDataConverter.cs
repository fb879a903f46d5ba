using System.Text.Json;

namespace Microsoft.DurableTask.Converters;

/// <summary>The default data converter, on System.Text.Json.</summary>
/// <param name="options">Options; by default fields are included and all else is as System.Text.Json has it.</param>
public class JsonDataConverter(JsonSerializerOptions? options = null) : DataConverter
{
    // Stored histories depend on these defaults: a change could make running orchestrations unreadable.
    private static readonly JsonSerializerOptions DefaultOptions = new() { IncludeFields = true };

    private readonly JsonSerializerOptions _options = options ?? DefaultOptions;

    /// <summary>The converter used where none is configured.</summary>
    public static JsonDataConverter Default { get; } = new();

    /// <inheritdoc/>
    public override string? Serialize(object? value) => value is null ? null : JsonSerializer.Serialize(value, _options);

    /// <inheritdoc/>
    public override object? Deserialize(string? data, Type targetType)
        => data is null ? null : JsonSerializer.Deserialize(data, targetType, _options);
}
