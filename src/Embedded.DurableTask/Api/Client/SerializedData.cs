using Microsoft.DurableTask.Converters;

namespace Microsoft.DurableTask.Client;

/// <summary>A serialized value together with the converter to read it.</summary>
public sealed class SerializedData(string data, DataConverter? converter = null)
{
    /// <summary>The value as serialized.</summary>
    public string Value { get; } = Check.NotNull(data);

    public DataConverter Converter { get; } = converter ?? JsonDataConverter.Default;

    public T ReadAs<T>() => Converter.Deserialize<T>(Value);

    internal static SerializedData Create(object data, DataConverter? converter = null)
    {
        converter ??= JsonDataConverter.Default;
        return new(converter.Serialize(data), converter);
    }
}
