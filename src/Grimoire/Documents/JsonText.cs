using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Documents;

/// <summary>Reads JSON and sees every duplicate field, which a JSON object in memory would hide.</summary>
static class JsonText
{
    public static JsonNode? Parse(string text, ICollection<Finding> findings)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            findings.Add(new Finding("", "document.syntax", "The document is empty.", 1, 1));
            return null;
        }

        // More than any document has, so that what is too deep is found here, with its place, and not by the reader.
        var options = new JsonReaderOptions { MaxDepth = int.MaxValue };
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            var reader = new Utf8JsonReader(bytes, options);
            reader.Read();
            var root = Value(ref reader, "", 0, findings);
            // Finds what follows the value.
            reader.Read();
            return root;
        }
        catch (JsonException malformed)
        {
            var line = (int)(malformed.LineNumber ?? 0);
            var column = Column(bytes, line, (int)(malformed.BytePositionInLine ?? 0));
            findings.Add(new Finding("", "document.syntax", $"Not JSON, at line {line + 1}, column {column}: {Reason(malformed)}", line + 1, column));
        }
        catch (InvalidOperationException malformed) when (malformed.InnerException is null or DecoderFallbackException)
        {
            // Half of a surrogate pair: "\ud800".
            findings.Add(new Finding("", "document.syntax", "Not JSON: a string in it is not valid Unicode."));
        }

        return null;
    }

    static JsonNode? Value(ref Utf8JsonReader reader, string pointer, int depth, ICollection<Finding> findings)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return Scalar(ref reader);
        }

        if (depth == DocumentText.MaxDepth)
        {
            findings.Add(DocumentText.TooDeep(pointer));
            reader.Skip();
            return null;
        }

        return reader.TokenType == JsonTokenType.StartObject
            ? Fields(ref reader, pointer, depth, findings)
            : Items(ref reader, pointer, depth, findings);
    }

    static JsonObject Fields(ref Utf8JsonReader reader, string pointer, int depth, ICollection<Finding> findings)
    {
        var fields = new JsonObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var value = Value(ref reader, JsonPointer.Append(pointer, name), depth + 1, findings);
            if (!fields.TryAdd(name, value))
            {
                findings.Add(new Finding(JsonPointer.Append(pointer, name), "field.duplicate", $"'{name}' is there more than once."));
            }
        }

        return fields;
    }

    static JsonArray Items(ref Utf8JsonReader reader, string pointer, int depth, ICollection<Finding> findings)
    {
        var items = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Value(ref reader, JsonPointer.Append(pointer, items.Count), depth + 1, findings));
        }

        return items;
    }

    static JsonValue? Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => JsonValue.Create(reader.GetString()),
        JsonTokenType.True => JsonValue.Create(true),
        JsonTokenType.False => JsonValue.Create(false),
        // As it is written: 1.0 stays 1.0, and no digit is lost.
        JsonTokenType.Number => JsonValue.Create(JsonElement.ParseValue(ref reader)),
        _ => null,
    };

    static int Column(byte[] bytes, int line, int bytesIntoLine)
    {
        var start = 0;
        for (var passed = 0; passed < line && start < bytes.Length; start++)
        {
            if (bytes[start] == (byte)'\n')
            {
                passed++;
            }
        }

        return Encoding.UTF8.GetCharCount(bytes, start, Math.Clamp(bytesIntoLine, 0, bytes.Length - start)) + 1;
    }

    // The reader adds the place in its own words.
    static string Reason(JsonException malformed)
    {
        // Advice to who has written the reader is of no use to who has written the text.
        var message = malformed.Message.Replace(" which is not supported in this mode. Change the reader options.", ".", StringComparison.Ordinal);
        var place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return place < 0 ? message : message[..place];
    }
}
