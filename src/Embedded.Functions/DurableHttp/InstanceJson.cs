using System.Globalization;
using System.Text.Json;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.DurableHttp;

/// <summary>An instance as the API shows it.</summary>
internal static class InstanceJson
{
    public static void Write(Utf8JsonWriter writer, OrchestrationMetadata instance, bool showInput, Action<Utf8JsonWriter>? history = null)
    {
        writer.WriteStartObject();
        writer.WriteString("name", instance.Name);
        writer.WriteString("instanceId", instance.InstanceId);
        writer.WriteString("runtimeStatus", instance.RuntimeStatus.ToString());
        writer.WritePropertyName("input");
        Answer.Payload(writer, showInput ? instance.SerializedInput : null);
        writer.WritePropertyName("customStatus");
        Answer.Payload(writer, instance.SerializedCustomStatus);
        writer.WritePropertyName("output");
        WriteOutput(writer, instance);
        writer.WriteString("createdTime", Time(instance.CreatedAt));
        writer.WriteString("lastUpdatedTime", Time(instance.LastUpdatedAt));
        if (history is not null)
        {
            writer.WritePropertyName("historyEvents");
            history(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes the output; of a failed instance, why it failed.</summary>
    public static void WriteOutput(Utf8JsonWriter writer, OrchestrationMetadata instance) =>
        Answer.Payload(writer, instance.SerializedOutput ?? VerbatimJson.OfText(instance.FailureDetails?.ErrorMessage));

    /// <summary>Whole seconds, as the official host has it.</summary>
    static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
