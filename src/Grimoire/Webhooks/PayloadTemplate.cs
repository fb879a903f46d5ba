namespace Grimoire.Webhooks;

/// <summary>
/// What a provider's signature covers: <c>${body}</c>, with <c>${timestamp}</c>, <c>${id}</c> and plain text around it. No two messages come to the same bytes:
/// templates of which that cannot be said are refused, and so are ids that could be taken for something else.
/// </summary>
sealed class PayloadTemplate : IEquatable<PayloadTemplate>
{
    const string Variables = "${body}, ${timestamp} and ${id} are what it can hold";

    readonly List<Part> _parts;
    readonly string _text;

    PayloadTemplate(string text, List<Part> parts)
    {
        (_text, _parts) = (text, parts);
        IdMayNotHold = Neighbours(Variable.Id);
    }

    enum Variable
    {
        None,
        Body,
        Timestamp,
        Id,
    }

    public bool HasTimestamp => _parts.Any(part => part.Variable == Variable.Timestamp);

    public bool HasId => _parts.Any(part => part.Variable == Variable.Id);

    /// <summary>What stands directly beside the id, and would leave open where it ends.</summary>
    public string IdMayNotHold { get; }

    /// <summary>Null, and what is wrong with it, if it is none.</summary>
    public static PayloadTemplate? Parse(string text, out string? problem)
    {
        var parts = new List<Part>();
        for (var rest = text; rest.Length > 0;)
        {
            var start = rest.IndexOf("${", StringComparison.Ordinal);
            if (start != 0)
            {
                var literal = start < 0 ? rest : rest[..start];
                parts.Add(new Part(Variable.None, literal));
                rest = rest[literal.Length..];
                continue;
            }

            var end = rest.IndexOf('}', StringComparison.Ordinal);
            var name = end < 0 ? rest : rest[..(end + 1)];
            var variable = name switch
            {
                "${body}" => Variable.Body,
                "${timestamp}" => Variable.Timestamp,
                "${id}" => Variable.Id,
                _ => Variable.None,
            };
            if (variable == Variable.None)
            {
                problem = $"has {Documents.ObjectReader.Shown(name)}, which is nothing that is signed; {Variables}";
                return null;
            }

            parts.Add(new Part(variable, ""));
            rest = rest[name.Length..];
        }

        var template = new PayloadTemplate(text, parts);
        problem = template.Problem();
        return problem is null ? template : null;
    }

    public SignedContent Content(ReadOnlySpan<char> timestamp, ReadOnlySpan<char> id, ReadOnlySpan<byte> body)
    {
        // No character of a template, an ASCII timestamp or an ASCII id has more than three bytes in UTF-8.
        var content = new SignedContent((_text.Length * 3) + timestamp.Length + id.Length + body.Length);
        foreach (var (variable, literal) in _parts)
        {
            switch (variable)
            {
                case Variable.Body:
                    content.Append(body);
                    break;
                case Variable.Timestamp:
                    content.Append(timestamp);
                    break;
                case Variable.Id:
                    content.Append(id);
                    break;
                default:
                    content.Append(literal);
                    break;
            }
        }

        return content;
    }

    public bool Equals(PayloadTemplate? other) => other?._text == _text;

    public override bool Equals(object? obj) => Equals(obj as PayloadTemplate);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text;

    string? Problem()
    {
        foreach (var variable in (Variable[])[Variable.Body, Variable.Timestamp, Variable.Id])
        {
            var count = _parts.Count(part => part.Variable == variable);
            if (variable == Variable.Body && count == 0)
            {
                return "has no ${body}; what is not signed could be anybody's";
            }

            if (count > 1)
            {
                return $"has ${{{variable.ToString().ToLowerInvariant()}}} more than once";
            }
        }

        for (var index = 1; index < _parts.Count; index++)
        {
            if (_parts[index - 1].Variable != Variable.None && _parts[index].Variable != Variable.None)
            {
                return "has two of its parts without a text between them; where one ends and the other begins would not be signed";
            }
        }

        return Neighbours(Variable.Timestamp).Any(char.IsAsciiDigit)
            ? "has a digit beside ${timestamp}; where the time ends would not be signed"
            : null;
    }

    string Neighbours(Variable variable)
    {
        var at = _parts.FindIndex(part => part.Variable == variable);
        return at < 0
            ? ""
            : string.Concat(
                at > 0 && _parts[at - 1].Literal is [.., var before] ? [before] : "",
                at + 1 < _parts.Count && _parts[at + 1].Literal is [var after, ..] ? [after] : "");
    }

    readonly record struct Part(Variable Variable, string Literal);
}
