using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Grimoire.Documents;

/// <summary>
/// Reads YAML 1.2 (core schema) as JSON: "no" and "on" are strings, tags are refused, aliases are copies and may not multiply without bound.
/// </summary>
sealed class YamlText
{
    // Far more than a document has that somebody wrote, far less than would hurt.
    const int MaxNodes = 100_000;

    readonly IParser _parser;
    readonly ICollection<Finding> _findings;
    readonly Dictionary<string, JsonNode?> _anchors = new(StringComparer.Ordinal);
    int _nodes;

    YamlText(IParser parser, ICollection<Finding> findings)
    {
        _parser = parser;
        _findings = findings;
    }

    public static JsonNode? Parse(string text, ICollection<Finding> findings)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        try
        {
            return new YamlText(parser, findings).Document();
        }
        catch (Stop)
        {
            return null;
        }
        catch (YamlException malformed)
        {
            findings.Add(YamlProblem.Of(malformed, text, (int)(parser.Current?.End.Line ?? 1)));
        }
        catch (Exception malformed) when (malformed is ArgumentException or InvalidOperationException
            or FormatException or IndexOutOfRangeException or OverflowException)
        {
            // The scanner lets some malformed texts out as what they broke inside it.
            findings.Add(new Finding("", "document.syntax", $"Not YAML: {malformed.Message}"));
        }

        return null;
    }

    JsonNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            _findings.Add(new Finding("", "document.syntax", "The document is empty.", 1, 1));
            return null;
        }

        var root = Node("", 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _findings.Add(At("", "yaml.documents", "There is more than one document in the text; one is allowed.", second));
        }

        return root;
    }

    JsonNode? Node(string pointer, int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Alias(alias, pointer, depth);
        }

        var next = _parser.Consume<NodeEvent>();
        Count(1, pointer, next);

        if (!next.Tag.IsEmpty)
        {
            _findings.Add(At(pointer, "yaml.tag", $"Tags such as '{next.Tag}' are not allowed; put text in quotes to keep it text.", next));
        }

        if (depth == DocumentText.MaxDepth && next is not Scalar)
        {
            _findings.Add(DocumentText.TooDeep(pointer, (int)next.Start.Line, (int)next.Start.Column));
            throw new Stop();
        }

        var value = next switch
        {
            Scalar scalar => Text(scalar, pointer),
            SequenceStart => Items(pointer, depth),
            _ => Fields(pointer, depth),
        };
        if (!next.Anchor.IsEmpty)
        {
            _anchors[next.Anchor.Value] = value;
        }

        return value;
    }

    JsonArray Items(string pointer, int depth)
    {
        var items = new JsonArray();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(JsonPointer.Append(pointer, items.Count), depth + 1));
        }

        return items;
    }

    JsonObject Fields(string pointer, int depth)
    {
        var fields = new JsonObject();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                _findings.Add(At(pointer, "yaml.key", "A key is text; lists, maps and aliases cannot be keys.", _parser.Current));
                throw new Stop();
            }

            var name = key.Value;
            var place = JsonPointer.Append(pointer, name);
            if (name == "<<" && key.Style == ScalarStyle.Plain)
            {
                _findings.Add(At(place, "yaml.merge", "Merge keys ('<<') are not allowed: YAML 1.2 has none. Write the fields out.", key));
            }

            var value = Node(place, depth + 1);
            if (!fields.TryAdd(name, value))
            {
                _findings.Add(At(place, "field.duplicate", $"'{name}' is there more than once.", key));
            }
        }

        return fields;
    }

    JsonNode? Alias(AnchorAlias alias, string pointer, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var value))
        {
            _findings.Add(At(pointer, "yaml.alias", $"'*{alias.Value.Value}' refers to no anchor that has been completed before it.", alias));
            return null;
        }

        var (nodes, height) = Measure(value);
        Count(nodes, pointer, alias);
        if (depth + height > DocumentText.MaxDepth)
        {
            _findings.Add(DocumentText.TooDeep(pointer, (int)alias.Start.Line, (int)alias.Start.Column));
            return null;
        }

        return value?.DeepClone();
    }

    JsonNode? Text(Scalar scalar, string pointer)
    {
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any))
        {
            return JsonValue.Create(scalar.Value);
        }

        if (YamlScalar.IsNoJsonNumber(scalar.Value))
        {
            _findings.Add(At(pointer, "yaml.number", $"'{scalar.Value}' is no number that JSON has; put it in quotes if it is text.", scalar));
        }

        return YamlScalar.Resolve(scalar.Value);
    }

    void Count(int nodes, string pointer, ParsingEvent place)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
        {
            _findings.Add(At(pointer, "document.tooLarge", $"With its aliases written out the document has more than {MaxNodes} values.", place));
            throw new Stop();
        }
    }

    // Recursion is bounded: nothing deeper than the limit gets into an anchor.
    static (int Nodes, int Height) Measure(JsonNode? value)
    {
        var children = value switch
        {
            JsonObject fields => fields.Select(field => field.Value),
            JsonArray items => items,
            _ => [],
        };
        var (nodes, height) = (1, value is JsonObject or JsonArray ? 1 : 0);
        foreach (var child in children)
        {
            var inner = Measure(child);
            nodes += inner.Nodes;
            height = Math.Max(height, inner.Height + 1);
        }

        return (nodes, height);
    }

    static Finding At(string pointer, string code, string message, ParsingEvent? place) =>
        new(pointer, code, message, (int?)place?.Start.Line, (int?)place?.Start.Column);

    /// <summary>What follows cannot be read; why has been said.</summary>
    sealed class Stop : Exception;
}
