using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>The JSON object in a request's body, read field by field; whatever is wrong with it is collected, not thrown.</summary>
sealed class RequestDocument
{
    public const int MaxBytes = 64 * 1024;

    // A field that is there twice is an error here, not a riddle about which one counts.
    static readonly JsonSerializerOptions Strict = new() { AllowDuplicateProperties = false };

    readonly Dictionary<string, JsonElement> _unread;
    readonly List<DocumentError> _errors = [];

    RequestDocument(JsonElement root) => _unread = root.EnumerateObject().ToDictionary(field => field.Name, field => field.Value);

    /// <summary>The document, or what to answer when the body has none.</summary>
    public static async Task<(RequestDocument? Document, Problem? Problem)> ReadAsync(HttpRequestData request, CancellationToken cancellation)
    {
        if (OtherType(request) is { } type)
        {
            return (null, new Problem(HttpStatusCode.UnsupportedMediaType, "request.notJson", "The body is not JSON",
                $"Its Content-Type is '{type}'; application/json is wanted."));
        }

        var buffer = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (length > MaxBytes)
        {
            return (null, new Problem(HttpStatusCode.RequestEntityTooLarge, "request.tooLarge", "The body is too large", $"It may have {MaxBytes} bytes."));
        }

        if (!Utf8.IsValid(buffer.AsSpan(0, length)))
        {
            return (null, Malformed("It is not UTF-8."));
        }

        try
        {
            var root = JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, length), Strict);
            return root.ValueKind == JsonValueKind.Object
                ? (new RequestDocument(root), null)
                : (null, Malformed($"It is {Name(root.ValueKind)}."));
        }
        catch (JsonException error)
        {
            return (null, Malformed(error.Message));
        }
    }

    public string Text(string field, int maxLength)
    {
        if (!_unread.Remove(field, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return Wrong(field, "Required.", "");
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return Wrong(field, $"A string is wanted, not {Name(value.ValueKind)}.", "");
        }

        if (Decode(value) is not { } text)
        {
            return Wrong(field, "It has an escaped half of a surrogate pair without the other.", "");
        }

        return string.IsNullOrWhiteSpace(text) ? Wrong(field, "May not be blank.", "")
            : text.Length > maxLength ? Wrong(field, $"May have {maxLength} characters; it has {text.Length}.", "")
            : text;
    }

    public string? OptionalText(string field, int maxLength) =>
        _unread.TryGetValue(field, out var value) && value.ValueKind != JsonValueKind.Null ? Text(field, maxLength) : Absent(field);

    public bool Flag(string field)
    {
        if (!_unread.Remove(field, out var value))
        {
            return Wrong(field, "Required.", false);
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : Wrong(field, $"true or false is wanted, not {Name(value.ValueKind)}.", false);
    }

    public int OptionalWhole(string field, int otherwise, int min, int max)
    {
        if (!_unread.Remove(field, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return otherwise;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : Wrong(field, $"A whole number from {min} to {max} is wanted.", otherwise);
    }

    /// <summary>To be asked last: everything that was wrong, fields that nobody asked for among it.</summary>
    public Problem? Problem()
    {
        _errors.AddRange(_unread.Keys.Select(field => new DocumentError(Pointer(field), "There is no such field.")));
        return _errors.Count == 0
            ? null
            : new Problem(HttpStatusCode.BadRequest, "request.invalid", "The body is not valid", "See errors.", _errors);
    }

    /// <summary>What the body says that it is, if that is something else than JSON. One that says nothing is taken for JSON.</summary>
    static string? OtherType(HttpRequestData request)
    {
        if (!request.Headers.TryGetValues("Content-Type", out var values))
        {
            return null;
        }

        var text = string.Join(",", values);
        return MediaTypeHeaderValue.TryParse(text, out var type)
            && (type.MediaType!.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
            ? null
            : text;
    }

    /// <summary>Null for what is no text: JSON's grammar lets an escaped half of a pair pass.</summary>
    static string? Decode(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    static Problem Malformed(string why) =>
        new(HttpStatusCode.BadRequest, "request.malformed", "The body is not a JSON object", why);

    static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    static string Pointer(string field) =>
        "/" + field.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    string? Absent(string field)
    {
        _unread.Remove(field);
        return null;
    }

    T Wrong<T>(string field, string detail, T placeholder)
    {
        _errors.Add(new DocumentError(Pointer(field), detail));
        return placeholder;
    }
}
