using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Functions.Http;

/// <summary>A JSON object in a request, read field by field; whatever is wrong with it is collected, not thrown.</summary>
/// <param name="fields">The object.</param>
/// <param name="pointer">Where it is in the body.</param>
/// <param name="errors">Those of the object that it is in.</param>
sealed class RequestFields(JsonObject fields, string pointer = "", List<Finding>? errors = null)
{
    readonly HashSet<string> _unread = [.. fields.Select(field => field.Key)];
    readonly List<Finding> _errors = errors ?? [];

    public bool Has(string name) => fields[name] is not null;

    /// <summary>The value, whatever it is; null if there is none or it is null.</summary>
    public JsonNode? Take(string name)
    {
        _unread.Remove(name);
        return fields[name];
    }

    public string? Text(string name, int maxLength, bool required = false)
    {
        switch (Take(name))
        {
            case null:
                return required ? Wrong<string>(name, "field.missing", $"'{name}' is missing.") : null;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                return text.Length > maxLength ? Wrong<string>(name, "field.tooLong", $"'{name}' has {text.Length} characters; {maxLength} are allowed.")
                    : required && string.IsNullOrWhiteSpace(text) ? Wrong<string>(name, "field.value", $"'{name}' is blank.")
                    : text;
            case var other:
                return Wrong<string>(name, "field.type", $"'{name}' is {Noun(other)}; text is wanted.");
        }
    }

    public JsonObject? Object(string name, bool required = false) => Take(name) switch
    {
        null => required ? Wrong<JsonObject>(name, "field.missing", $"'{name}' is missing.") : null,
        JsonObject value => value,
        var other => Wrong<JsonObject>(name, "field.type", $"'{name}' is {Noun(other)}; an object is wanted."),
    };

    /// <summary>The objects of a list, each to be read in turn.</summary>
    public IReadOnlyList<RequestFields> Objects(string name, int max)
    {
        switch (Take(name))
        {
            case null:
                Wrong<object>(name, "field.missing", $"'{name}' is missing.");
                return [];
            case JsonArray { Count: 0 }:
                Wrong<object>(name, "field.value", $"'{name}' is empty; at least one is wanted.");
                return [];
            case JsonArray list when list.Count > max:
                Wrong<object>(name, "field.tooLong", $"'{name}' has {list.Count} elements; {max} are allowed.");
                return [];
            case JsonArray list:
                var objects = new List<RequestFields>();
                for (var i = 0; i < list.Count; i++)
                {
                    var at = JsonPointer.Append(JsonPointer.Append(pointer, name), i);
                    if (list[i] is JsonObject element)
                    {
                        objects.Add(new RequestFields(element, at, _errors));
                    }
                    else
                    {
                        _errors.Add(new Finding(at, "field.type", $"Here is {Noun(list[i])}; an object is wanted."));
                    }
                }

                return objects;
            case var other:
                Wrong<object>(name, "field.type", $"'{name}' is {Noun(other)}; a list is wanted.");
                return [];
        }
    }

    public RequestFields Inner(JsonObject value, string name) => new(value, JsonPointer.Append(pointer, name), _errors);

    public int? Whole(string name, int min, int max) => Take(name) switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<int>(out var number) && number >= min && number <= max => number,
        _ => Wrong<int?>(name, "field.value", $"'{name}' is a whole number from {min} to {max}."),
    };

    public decimal? Money(string name) => Take(name) switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<decimal>(out var usd) && usd is >= 0 and <= 1_000_000 => usd,
        _ => Wrong<decimal?>(name, "field.value", $"'{name}' is an amount of USD from 0 to 1000000."),
    };

    public bool Flag(string name, bool required = false) => Take(name) switch
    {
        null when required => Wrong<bool>(name, "field.missing", $"'{name}' is missing: true or false."),
        null => false,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        _ => Wrong<bool>(name, "field.type", $"'{name}' is true or false."),
    };

    public T Choice<T>(string name, T otherwise)
        where T : struct, Enum
    {
        if (Text(name, 64) is not { } word)
        {
            return otherwise;
        }

        var known = Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));
        return known.TryGetValue(word, out var choice) ? choice : Wrong<T>(name, "field.value", $"'{name}' is one of {string.Join(", ", known.Keys)}.");
    }

    /// <summary>A value that something else reads, with where it is and where to add what is wrong with it.</summary>
    public T Read<T>(string name, Func<JsonNode?, string, ICollection<Finding>, T> reader) => reader(Take(name), JsonPointer.Append(pointer, name), _errors);

    public void Error(string name, string code, string message) => Wrong<object>(name, code, message);

    /// <summary>Fields that nobody has asked for are errors too: to be called last.</summary>
    public void End()
    {
        foreach (var name in fields.Select(field => field.Key).Where(_unread.Contains))
        {
            Wrong<object>(name, "field.unknown", $"There is no field '{name}'.");
        }
    }

    /// <exception cref="RefusedException">Something is wrong: all of it is told.</exception>
    public void Check()
    {
        End();
        if (_errors.Count > 0)
        {
            throw new Problem(HttpStatusCode.BadRequest, "request.invalid", "The body is not what is wanted; errors says where.", _errors).Refused();
        }
    }

    T? Wrong<T>(string name, string code, string message)
    {
        _errors.Add(new Finding(JsonPointer.Append(pointer, name), code, message));
        return default;
    }

    static string Noun(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
