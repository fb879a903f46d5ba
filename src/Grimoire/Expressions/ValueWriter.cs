using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Expressions;

/// <summary>Turns values into what leaves an evaluation: nodes that belong to nobody else, and text.</summary>
static class ValueWriter
{
    static readonly JsonWriterOptions Compact = new() { Encoder = DomainJson.Options.Encoder, SkipValidation = true };

    /// <param name="depth">In how many arrays and objects the value will be.</param>
    public static JsonNode? ToNode(Value value, int depth, Evaluation evaluation, int offset)
    {
        evaluation.Spend(1, offset);
        switch (value.Kind)
        {
            case ValueKind.Null:
                return null;
            case ValueKind.Boolean:
                return JsonValue.Create(value.Boolean);
            case ValueKind.Number:
                // Parsed, and so readable as any type of number.
                return value.TryGetNumberNode(out var node) ? node.DeepClone() : JsonNode.Parse(value.NumberText);
            case ValueKind.Text:
                evaluation.SpendCharacters(value.Text.Length, offset);
                return JsonValue.Create(value.Text);
            case ValueKind.Array:
                evaluation.CheckDepth(depth + 1, offset);
                var array = new JsonArray();
                foreach (var element in value.Items)
                {
                    array.Add(ToNode(element, depth + 1, evaluation, offset));
                }

                return array;
            default:
                evaluation.CheckDepth(depth + 1, offset);
                var members = new JsonObject();
                foreach (var (name, member) in value.Members)
                {
                    evaluation.SpendCharacters(name.Length, offset);
                    members.Add(name, ToNode(member, depth + 1, evaluation, offset));
                }

                return members;
        }
    }

    /// <summary>As it appears inside of other text: texts as they are, null as nothing, all else as JSON.</summary>
    public static string ToText(Value value, Evaluation evaluation, int offset)
    {
        var text = value.Kind switch
        {
            ValueKind.Null => "",
            ValueKind.Text => value.Text,
            _ => ToJson(value, evaluation, offset),
        };
        evaluation.SpendText(text.Length, offset);
        return text;
    }

    public static string ToJson(Value value, Evaluation evaluation, int offset)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            Write(value, 0, writer, evaluation, offset);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    static void Write(Value value, int depth, Utf8JsonWriter writer, Evaluation evaluation, int offset)
    {
        evaluation.Spend(1, offset);
        evaluation.SpendText(writer.BytesCommitted + writer.BytesPending > ExpressionLimits.TextLength * 4L ? long.MaxValue : 0, offset);
        switch (value.Kind)
        {
            case ValueKind.Null:
                writer.WriteNullValue();
                break;
            case ValueKind.Boolean:
                writer.WriteBooleanValue(value.Boolean);
                break;
            case ValueKind.Number:
                writer.WriteRawValue(value.NumberText, skipInputValidation: true);
                break;
            case ValueKind.Text:
                evaluation.SpendText(value.Text.Length, offset);
                writer.WriteStringValue(value.Text);
                break;
            case ValueKind.Array:
                evaluation.CheckDepth(depth + 1, offset);
                writer.WriteStartArray();
                foreach (var element in value.Items)
                {
                    Write(element, depth + 1, writer, evaluation, offset);
                }

                writer.WriteEndArray();
                break;
            default:
                evaluation.CheckDepth(depth + 1, offset);
                writer.WriteStartObject();
                foreach (var (name, member) in value.Members)
                {
                    evaluation.SpendText(name.Length, offset);
                    writer.WritePropertyName(name);
                    Write(member, depth + 1, writer, evaluation, offset);
                }

                writer.WriteEndObject();
                break;
        }
    }
}
