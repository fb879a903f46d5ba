using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Grimoire.Expressions;

/// <summary>Walks through the JSON of a template and finds the expressions in its strings. All errors are collected.</summary>
sealed class TemplateParser(ICollection<TemplateError> errors)
{
    readonly StringBuilder _pointer = new();

    int _errors;

    public bool HasFailed => _errors > 0;

    public TemplatePart Parse(JsonNode? source) => Parse(source, 0);

    TemplatePart Parse(JsonNode? source, int depth)
    {
        try
        {
            var value = Value.Of(source);
            if (value.Kind is ValueKind.Array or ValueKind.Object && depth >= ExpressionLimits.Depth)
            {
                Fail(0, $"The template is nested too deep: more than {ExpressionLimits.Depth} arrays and objects in each other.");
                return new ConstantPart(null);
            }

            return value.Kind switch
            {
                ValueKind.Text => ParseText(value.Text),
                ValueKind.Array or ValueKind.Object when source is JsonValue clothed => Parse(JsonNode.Parse(clothed.ToJsonString()), depth),
                ValueKind.Array => ParseArray((JsonArray)source!, depth + 1),
                ValueKind.Object => ParseObject((JsonObject)source!, depth + 1),
                _ => new ConstantPart(source?.DeepClone()),
            };
        }
        catch (UnreadableValueException unreadable)
        {
            Fail(0, unreadable.Message);
            return new ConstantPart(null);
        }
    }

    ArrayPart ParseArray(JsonArray source, int depth)
    {
        List<TemplatePart> elements = new(source.Count);
        for (var i = 0; i < source.Count && _errors < ExpressionLimits.Errors; i++)
        {
            elements.Add(ParseChild(i.ToString(CultureInfo.InvariantCulture), source[i], depth));
        }

        return new ArrayPart(elements);
    }

    ObjectPart ParseObject(JsonObject source, int depth)
    {
        List<KeyValuePair<string, TemplatePart>> members = new(source.Count);
        foreach (var (name, member) in source)
        {
            if (_errors >= ExpressionLimits.Errors)
            {
                break;
            }

            members.Add(new(name, ParseChild(name, member, depth)));
        }

        return new ObjectPart(members);
    }

    TemplatePart ParseChild(string name, JsonNode? child, int depth)
    {
        var length = _pointer.Length;
        _pointer.Append('/').Append(name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        var part = Parse(child, depth);
        _pointer.Length = length;
        return part;
    }

    TemplatePart ParseText(string source)
    {
        List<object> pieces = [];
        var text = new StringBuilder();
        var at = 0;
        while (at < source.Length)
        {
            var dollar = source.IndexOf('$', at);
            if (dollar < 0)
            {
                break;
            }

            text.Append(source, at, dollar - at);
            at = dollar;
            if (IsAt(source, at, "$${"))
            {
                text.Append("${");
                at += 3;
            }
            else if (!IsAt(source, at, "${"))
            {
                text.Append('$');
                at++;
            }
            else if (TryExpression(source, ref at, out var node))
            {
                Flush(text, pieces);
                pieces.Add(node);
            }
        }

        text.Append(source, at, source.Length - at);
        Flush(text, pieces);
        return pieces switch
        {
            [] => new ConstantPart(JsonValue.Create("")),
            [string constant] => new ConstantPart(JsonValue.Create(constant)),
            _ => new StringPart(_pointer.ToString(), pieces),
        };
    }

    static bool IsAt(string source, int at, string what) => string.CompareOrdinal(source, at, what, 0, what.Length) == 0;

    static void Flush(StringBuilder text, List<object> pieces)
    {
        if (text.Length > 0)
        {
            pieces.Add(text.ToString());
            text.Clear();
        }
    }

    bool TryExpression(string source, ref int at, out Node node)
    {
        var start = at + 2;
        try
        {
            node = ExpressionParser.Parse(source, start, out at);
            return true;
        }
        catch (ExpressionSyntaxException malformed)
        {
            Fail(malformed.Offset, malformed.Message);
            at = _errors < ExpressionLimits.Errors ? End(source, start) : source.Length;
            node = null!;
            return false;
        }
    }

    // Where a malformed expression probably ends, so that errors in what follows it are found as well.
    static int End(string source, int start)
    {
        var braces = 1;
        var quote = '\0';
        for (var i = start; i < source.Length; i++)
        {
            var c = source[i];
            if (quote != '\0')
            {
                i += c == '\\' ? 1 : 0;
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else
            {
                braces += c == '{' ? 1 : c == '}' ? -1 : 0;
                if (braces == 0)
                {
                    return i + 1;
                }
            }
        }

        return source.Length;
    }

    void Fail(int offset, string message)
    {
        _errors++;
        if (_errors <= ExpressionLimits.Errors)
        {
            errors.Add(new TemplateError(_pointer.ToString(), offset, message));
        }
    }
}
