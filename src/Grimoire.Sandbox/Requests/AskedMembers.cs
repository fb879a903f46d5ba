using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Sandbox.Requests;

/// <summary>Reads members of a JSON object that may be missing; one of the wrong type is refused by its name.</summary>
sealed class AskedMembers(JsonObject members)
{
    public string? Text(string name) => Value(name, JsonValueKind.String) is { } value ? value.GetValue<string>() : null;

    public bool? Flag(string name) => Value(name, JsonValueKind.True, JsonValueKind.False) is { } value ? value.GetValue<bool>() : null;

    public double? Number(string name, double least, double most)
    {
        if (Value(name, JsonValueKind.Number) is not { } value)
        {
            return null;
        }

        double number = value.GetValue<double>();
        Require.Within(name, number, least, most);
        return number;
    }

    public long? Whole(string name, long least, long most)
    {
        if (Value(name, JsonValueKind.Number) is not { } value)
        {
            return null;
        }

        if (!value.TryGetValue(out long number))
        {
            throw new RefusedException(422, $"{name} is {value.ToJsonString()}; it must be a whole number.", "invalid_value", name);
        }

        Require.Within(name, number, least, most);
        return number;
    }

    /// <summary>A text, or whether to take the usual one.</summary>
    public string? FlagOrText(string name, string usual) =>
        Value(name, JsonValueKind.String, JsonValueKind.True, JsonValueKind.False) is not { } value ? null
        : value.TryGetValue(out string? text) ? text
        : value.GetValue<bool>() ? usual : null;

    public JsonObject? Object(string name) => members[name] switch
    {
        null => null,
        JsonObject value => value,
        _ => throw Wrong(name),
    };

    public IReadOnlyList<string>? Texts(string name) => members[name] switch
    {
        null => null,
        JsonArray array when array.All(item => item?.GetValueKind() == JsonValueKind.String) => [.. array.Select(item => item!.GetValue<string>())],
        _ => throw Wrong(name),
    };

    /// <summary>A URL that must be one.</summary>
    public Uri? Url(string name) => Text(name) is { Length: > 0 } text ? Require.Url(name, text) : null;

    JsonValue? Value(string name, params ReadOnlySpan<JsonValueKind> kinds) => members[name] switch
    {
        null => null,
        JsonValue value when kinds.Contains(value.GetValueKind()) => value,
        _ => throw Wrong(name),
    };

    RefusedException Wrong(string name) =>
        new(422, $"{name} is {members[name]!.ToJsonString()}, which is not of the type that it must be.", "invalid_value", name);
}
