using System.Diagnostics.CodeAnalysis;

namespace Microsoft.DurableTask;

/// <summary>Converts inputs, outputs, events and states to strings and back.</summary>
public abstract class DataConverter
{
    /// <summary>Serializes a value; null gives null.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public abstract string? Serialize(object? value);

    /// <summary>Reads a value of the given type; null gives null.</summary>
    [return: NotNullIfNotNull(nameof(data))]
    public abstract object? Deserialize(string? data, Type targetType);

    /// <summary>Reads a value; null gives the default value.</summary>
    [return: NotNullIfNotNull(nameof(data))]
    public virtual T? Deserialize<T>(string? data) => Deserialize(data, typeof(T)) is { } value ? (T)value : default;
}
