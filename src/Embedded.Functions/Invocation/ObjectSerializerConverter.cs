using System.Text;
using Azure.Core.Serialization;
using Microsoft.DurableTask;

namespace Embedded.Functions.Invocation;

/// <summary>The worker's serializer for what orchestrations and activities exchange.</summary>
internal sealed class ObjectSerializerConverter(ObjectSerializer serializer) : DataConverter
{
    public override string? Serialize(object? value) =>
        value is null ? null : serializer.Serialize(value, value.GetType(), CancellationToken.None).ToString();

    public override object? Deserialize(string? data, Type targetType)
    {
        if (data is null)
        {
            return null;
        }

        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(data), writable: false);
        return serializer.Deserialize(stream, targetType, CancellationToken.None);
    }
}
