using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Grimoire.Documents;

/// <summary>Takes an object of a document apart, field by field. Whatever is wrong is added to the findings; nothing is thrown.</summary>
/// <param name="fields">The object.</param>
/// <param name="pointer">Where it is in the document.</param>
/// <param name="what">What it is, for messages: "a step".</param>
/// <param name="findings">What is wrong, so far.</param>
sealed class ObjectReader(JsonObject fields, string pointer, string what, ICollection<Finding> findings)
{
    readonly List<string> _known = [];

    public string Pointer => pointer;

    public ICollection<Finding> Findings => findings;

    public string At(string name) => JsonPointer.Append(pointer, name);

    /// <summary>The object's own value as a reader, or null with a finding if it is no object.</summary>
    public static ObjectReader? Of(JsonNode? value, string pointer, string what, ICollection<Finding> findings)
    {
        if (value is JsonObject fields)
        {
            return new ObjectReader(fields, pointer, what, findings);
        }

        findings.Add(new Finding(pointer, "field.type", $"{Capital(what)} is {Noun(value)} here; an object is wanted."));
        return null;
    }

    /// <summary>The field's value; null if it is not there or null.</summary>
    public JsonNode? Take(string name)
    {
        _known.Add(name);
        return fields[name];
    }

    public bool Has(string name) => fields[name] is not null;

    public string? Text(string name, int maxLength)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.GetValueKind() != JsonValueKind.String)
        {
            return Wrong<string>(name, value, "text");
        }

        var text = value.GetValue<string>();
        if (text.Length > maxLength)
        {
            Error(name, "field.tooLong", $"'{name}' has {text.Length} characters; {maxLength} are allowed.");
        }

        return text;
    }

    /// <summary>Text that has to be there and to look like something.</summary>
    public string? Identifier(string name, int maxLength, Regex form, string formInWords)
    {
        if (!Has(name))
        {
            Take(name);
            Missing(name);
            return null;
        }

        var text = Text(name, maxLength);
        if (text is not null && !form.IsMatch(text))
        {
            Error(name, "field.value", $"'{name}' is {Shown(text)}; {formInWords}.");
        }

        return text;
    }

    public bool? Flag(string name) => Take(name) switch
    {
        null => null,
        { } value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        { } value => Wrong<bool?>(name, value, "true or false"),
    };

    public int? Whole(string name, int least, int most)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (Digits(value) is not { } number || number != decimal.Truncate(number))
        {
            return Wrong<int?>(name, value, "a whole number");
        }

        return InRange(name, number, least, most) ? (int)number : null;
    }

    public decimal? Number(string name, decimal least, decimal most)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (Digits(value) is not { } number)
        {
            return Wrong<decimal?>(name, value, "a number");
        }

        return InRange(name, number, least, most) ? number : null;
    }

    public TimeSpan? Duration(string name, TimeSpan most)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        if (value.GetValueKind() != JsonValueKind.String || !IsoDuration.TryParse(value.GetValue<string>(), out var duration))
        {
            Error(name, "field.duration", $"'{name}' has to be an ISO 8601 duration such as PT30S or P1D, without years and months.");
            return null;
        }

        if (duration <= TimeSpan.Zero || duration > most)
        {
            Error(name, "field.range", $"'{name}' has to be longer than nothing and at most {System.Xml.XmlConvert.ToString(most)}.");
            return null;
        }

        return duration;
    }

    public JsonObject? Object(string name) => Take(name) switch
    {
        null => null,
        JsonObject value => value,
        { } value => Wrong<JsonObject>(name, value, "an object"),
    };

    public JsonArray? Array(string name, int maxItems, bool required = false)
    {
        var value = Take(name);
        if (value is null)
        {
            if (required)
            {
                Missing(name);
            }

            return null;
        }

        if (value is not JsonArray items)
        {
            return Wrong<JsonArray>(name, value, "an array");
        }

        if (items.Count > maxItems)
        {
            Error(name, "field.tooMany", $"'{name}' has {items.Count} items; {maxItems} are allowed.");
            return null;
        }

        return items;
    }

    public IReadOnlyList<string> Texts(string name, int maxItems, int maxLength)
    {
        var texts = new List<string>();
        foreach (var item in Array(name, maxItems) ?? [])
        {
            var place = JsonPointer.Append(At(name), texts.Count);
            var isText = item?.GetValueKind() == JsonValueKind.String;
            var text = isText ? item!.GetValue<string>() : "";
            if (!isText)
            {
                findings.Add(new Finding(place, "field.type", $"An item of '{name}' is {Noun(item)}; text is wanted."));
            }
            else if (text.Length == 0 || text.Length > maxLength)
            {
                findings.Add(new Finding(place, "field.tooLong", $"An item of '{name}' has {text.Length} characters; 1 to {maxLength} are allowed."));
            }

            texts.Add(text);
        }

        return texts;
    }

    public TEnum Choice<TEnum>(string name)
        where TEnum : struct, Enum
    {
        var written = Text(name, 64);
        if (written is null)
        {
            return default;
        }

        var choices = Enum.GetNames<TEnum>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToList();
        var chosen = choices.IndexOf(written);
        if (chosen < 0)
        {
            Error(name, "field.value", $"'{name}' is {Shown(written)}; one of {string.Join(", ", choices.Select(Shown))} is wanted.");
            return default;
        }

        return Enum.GetValues<TEnum>()[chosen];
    }

    /// <summary>Says which fields are left that nobody has asked for.</summary>
    public void End()
    {
        foreach (var (name, _) in fields)
        {
            if (!_known.Contains(name))
            {
                findings.Add(new Finding(At(name), "field.unknown", $"{Shown(name)} is not a field of {what}{FieldNames.Hint(name, _known)}"));
            }
        }
    }

    public void Missing(string name) => Error(name, "field.missing", $"'{name}' is missing; {what} needs it.");

    public void Error(string name, string code, string message) => findings.Add(new Finding(At(name), code, message));

    T? Wrong<T>(string name, JsonNode? value, string wanted)
    {
        Error(name, "field.type", $"'{name}' is {Noun(value)}; {wanted} is wanted.");
        return default;
    }

    bool InRange(string name, decimal number, decimal least, decimal most)
    {
        if (number >= least && number <= most)
        {
            return true;
        }

        Error(name, "field.range", string.Create(CultureInfo.InvariantCulture, $"'{name}' is {number}; {least} to {most} is allowed."));
        return false;
    }

    static decimal? Digits(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.Number && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    internal static string Shown(string text) => text.Length > 60 ? $"'{text[..60]}…'" : $"'{text}'";

    internal static string Noun(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => "null",
    };

    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
