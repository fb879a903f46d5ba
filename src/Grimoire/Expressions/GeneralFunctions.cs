using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Expressions;

/// <summary>Functions of any value: is it there, and make another type of it.</summary>
static class GeneralFunctions
{
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = ExpressionLimits.Depth };

    public static Function[] All { get; } =
    [
        new("exists(value)", 1, 1, a => Value.Of(!a[0].IsMissing)) { Guards = true },
        new("default(value, otherwise)", 2, 2, a => a[1]) { Guards = true },
        new("length(value)", 1, 1, Length),
        new("string(value)", 1, 1, a => Value.Of(ValueWriter.ToText(a[0], a.Evaluation, a.Offset))),
        new("number(value)", 1, 1, ToNumber),
        new("boolean(value)", 1, 1, ToBoolean),
        new("json(text)", 1, 1, FromJson),
        new("toJson(value)", 1, 1, a => a.Built(ValueWriter.ToJson(a[0], a.Evaluation, a.Offset))),
    ];

    static Value Length(Arguments a) => a[0].Kind switch
    {
        ValueKind.Text => Value.Of(Number.Of(a[0].Text.Length)),
        ValueKind.Array or ValueKind.Object => Value.Of(Number.Of(a[0].Count)),
        _ => throw a.Wrong(0, "a text, an array or an object"),
    };

    static Value ToNumber(Arguments a)
    {
        if (a[0].Kind == ValueKind.Number)
        {
            return a[0];
        }

        var text = (a[0].Kind == ValueKind.Text ? a.Text(0) : throw a.Wrong(0, "a text or a number")).Trim();
        return IsJsonNumber(text) && Number.Parse(text) is { } number
            ? Value.Of(number)
            : throw a.Fail(0, "The text is not a number as JSON writes it, or too large");
    }

    static bool IsJsonNumber(string text)
    {
        var begin = text.StartsWith('-') ? 1 : 0;
        if (begin >= text.Length || !char.IsAsciiDigit(text[begin]))
        {
            return false;
        }

        try
        {
            return Lexer.NumberEnd(text, begin) == text.Length;
        }
        catch (ExpressionSyntaxException)
        {
            return false;
        }
    }

    static Value ToBoolean(Arguments a) => a[0].Kind switch
    {
        ValueKind.Boolean => a[0],
        ValueKind.Text => a.Text(0).Trim() switch
        {
            "true" => Value.Of(true),
            "false" => Value.Of(false),
            _ => throw a.Fail(0, "The text is neither 'true' nor 'false'"),
        },
        _ => throw a.Wrong(0, "a boolean, or the text 'true' or 'false'"),
    };

    static Value FromJson(Arguments a)
    {
        try
        {
            return Value.Of(JsonNode.Parse(a.Text(0), documentOptions: Strict));
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException)
        {
            // Not the parser's own message: it quotes the text, which may be secret. An ArgumentException: half of a surrogate pair.
            var place = malformed is JsonException { LineNumber: { } line } at ? $" (line {line + 1}, byte {at.BytePositionInLine + 1})" : "";
            throw a.Fail(0, $"The text is not valid JSON, or nested too deep{place}");
        }
    }
}
