using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Expressions;

enum ValueKind
{
    Missing,
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
}

/// <summary>
/// A JSON value while it is worked on, or the lack of one. It looks into the scope's nodes and never changes them; only
/// <see cref="ValueWriter"/> makes nodes.
/// </summary>
readonly struct Value
{
    // By kind: Missing; null; a bool; a Number or a JsonValue; a string; a JsonArray or Value[]; a JsonObject or an OrderedDictionary.
    readonly object? _content;

    Value(ValueKind kind, object? content) => (Kind, _content) = (kind, content);

    public static Value Null { get; } = new(ValueKind.Null, null);

    static Value True { get; } = new(ValueKind.Boolean, true);

    static Value False { get; } = new(ValueKind.Boolean, false);

    public ValueKind Kind { get; }

    public bool IsMissing => Kind == ValueKind.Missing;

    public bool IsNull => Kind == ValueKind.Null;

    public Missing Missing => (Missing)_content!;

    public bool Boolean => (bool)_content!;

    public string Text => (string)_content!;

    public int Count => _content switch
    {
        JsonArray array => array.Count,
        JsonObject members => members.Count,
        Value[] array => array.Length,
        OrderedDictionary<string, Value> members => members.Count,
        _ => 0,
    };

    /// <summary>For messages: "an array".</summary>
    public string Article => Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.Boolean => "a boolean",
        ValueKind.Number => "a number",
        ValueKind.Text => "a text",
        ValueKind.Array => "an array",
        ValueKind.Object => "an object",
        _ => "missing",
    };

    /// <summary>The elements of an array, or the values of an object.</summary>
    public IEnumerable<Value> Items => _content switch
    {
        JsonArray array => array.Select(Of),
        Value[] array => array,
        _ => Members.Select(member => member.Value),
    };

    public IEnumerable<KeyValuePair<string, Value>> Members => _content switch
    {
        JsonObject members => members.Select(member => KeyValuePair.Create(member.Key, Of(member.Value))),
        OrderedDictionary<string, Value> members => members,
        _ => [],
    };

    public static Value Of(bool value) => value ? True : False;

    public static Value Of(string text) => new(ValueKind.Text, text);

    public static Value Of(Number number) => new(ValueKind.Number, number);

    public static Value Of(Value[] elements) => new(ValueKind.Array, elements);

    public static Value Of(OrderedDictionary<string, Value> members) => new(ValueKind.Object, members);

    public static Value Of(Missing missing) => new(ValueKind.Missing, missing);

    /// <exception cref="UnreadableValueException">The node is no JSON: a name twice, half a surrogate pair, a number without a value.</exception>
    public static Value Of(JsonNode? node)
    {
        try
        {
            return node switch
            {
                null => Null,
                JsonArray array => new Value(ValueKind.Array, array),
                JsonObject members => OfMembers(members),
                _ => OfLeaf((JsonValue)node),
            };
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or InvalidOperationException or JsonException or NotSupportedException)
        {
            throw new UnreadableValueException(unreadable);
        }
    }

    /// <summary>Of an array.</summary>
    public Value Element(int index) => _content is JsonArray array ? Of(array[index]) : ((Value[])_content!)[index];

    /// <summary>Of an object.</summary>
    public bool TryGetMember(string name, out Value value)
    {
        if (_content is JsonObject members)
        {
            var found = members.TryGetPropertyValue(name, out var node);
            value = found ? Of(node) : default;
            return found;
        }

        return ((OrderedDictionary<string, Value>)_content!).TryGetValue(name, out value);
    }

    /// <summary>False if the number is too large to be calculated with, as 1e400 is.</summary>
    public bool TryGetNumber(out Number number)
    {
        var read = _content is Number known ? known : Read((JsonValue)_content!);
        number = read ?? default;
        return read is not null;
    }

    /// <summary>A number as it was written: 1.50 stays 1.50.</summary>
    public string NumberText => _content is JsonValue node ? node.ToJsonString() : _content!.ToString()!;

    public bool TryGetNumberNode([NotNullWhen(true)] out JsonValue? node) => (node = _content as JsonValue) is not null;

    static Value OfMembers(JsonObject members)
    {
        // An object is read from its text when it is first looked into: this is where that fails.
        _ = members.ContainsKey("");
        return new Value(ValueKind.Object, members);
    }

    static Value OfLeaf(JsonValue node) => node.GetValueKind() switch
    {
        JsonValueKind.True => True,
        JsonValueKind.False => False,
        JsonValueKind.Null => Null,
        JsonValueKind.String => Of(node.TryGetValue(out string? text) ? text : Reread(node).GetValue<string>()),
        JsonValueKind.Number => OfNumber(node),
        // A CLR object in a node's clothes: what it would be written as.
        _ => Of(Reread(node)),
    };

    static Value OfNumber(JsonValue node)
    {
        if (!node.TryGetValue(out JsonElement _) && !node.TryGetValue(out int _) && !node.TryGetValue(out decimal _))
        {
            // NaN and its like are found when they are written.
            _ = node.ToJsonString();
        }

        return new Value(ValueKind.Number, node);
    }

    static JsonNode Reread(JsonValue node) => JsonNode.Parse(node.ToJsonString())!;

    static Number? Read(JsonValue node) =>
        node.TryGetValue(out long whole) ? Number.Of(whole)
        : node.TryGetValue(out int small) ? Number.Of(small)
        : Number.Parse(node.ToJsonString());
}

/// <summary>Why there is no value. The message is put together only if somebody reads it.</summary>
sealed class Missing(int offset, Func<string> message)
{
    public int Offset { get; } = offset;

    public string Message => message();
}

/// <summary>A node of a scope that cannot be read as JSON.</summary>
sealed class UnreadableValueException(Exception cause) : Exception("The value is not valid JSON: a name twice, or half a character.", cause);
