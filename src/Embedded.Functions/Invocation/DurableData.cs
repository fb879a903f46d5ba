using System.Text;
using System.Text.Json;
using Azure.Core.Serialization;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace Embedded.Functions.Invocation;

/// <summary>What orchestrations and activities exchange is written by the worker's serializer, as officially.</summary>
internal static class DurableData
{
    public static DataConverter ConverterOf(ObjectSerializer serializer) => serializer is WorkerJsonSerializer json
        ? new JsonConverter(json.Options)
        : new SerializerConverter(serializer);

    sealed class JsonConverter(JsonSerializerOptions options) : JsonDataConverter(options)
    {
        public override object? Deserialize(string? data, Type targetType) =>
            SerializedInput.Of(data, targetType) ?? base.Deserialize(data, targetType);
    }

    sealed class SerializerConverter(ObjectSerializer serializer) : DataConverter
    {
        public override string? Serialize(object? value) =>
            value is null ? null : serializer.Serialize(value, value.GetType(), CancellationToken.None).ToString();

        public override object? Deserialize(string? data, Type targetType)
        {
            if (data is null)
            {
                return null;
            }

            if (SerializedInput.Of(data, targetType) is { } asItIs)
            {
                return asItIs;
            }

            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(data), writable: false);
            return serializer.Deserialize(stream, targetType, CancellationToken.None);
        }
    }
}

/// <summary>The serializer of a worker for which none was set; unlike its base it tells its options.</summary>
internal sealed class WorkerJsonSerializer(JsonSerializerOptions options) : JsonObjectSerializer(options)
{
    public JsonSerializerOptions Options { get; } = options;
}

/// <summary>The input of an orchestration as it came: the function may read it as more than one type.</summary>
internal sealed record SerializedInput(string Data)
{
    /// <summary>The data, if that is what is asked for.</summary>
    public static SerializedInput? Of(string? data, Type targetType) =>
        data is not null && targetType == typeof(SerializedInput) ? new SerializedInput(data) : null;
}
