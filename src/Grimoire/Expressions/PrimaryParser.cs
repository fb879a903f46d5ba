using Grimoire.Documents;

namespace Grimoire.Expressions;

/// <summary>What stands between operators: literals, references, calls, parentheses, and the paths that follow them.</summary>
sealed partial class ExpressionParser
{
    // How many secrets have been named so far: a path in which the number grows is not quoted in messages.
    int _secrets;

    Node Postfix()
    {
        var secrets = _secrets;
        var offset = _token.Offset;
        var start = Primary(out var root);
        if (start is SettingNode || !(_token.Is(".") || _token.Is("[")))
        {
            return start is SettingNode && (_token.Is(".") || _token.Is("["))
                ? throw Unexpected("an operator or the closing } (a secret or setting has no parts)")
                : start ?? new PathNode(offset, root, null, [], secretive: false);
        }

        List<PathSegment> segments = [];
        if (start is PathNode inner && !inner.Segments.Any(segment => segment.IsWildcard))
        {
            // (a.b).c is a.b.c; but (a[*].b)[0] is the first of them.
            (root, start) = (inner.Root, inner.Start);
            segments.AddRange(inner.Segments);
            offset = inner.Offset;
        }

        while (_token.Is(".") || _token.Is("["))
        {
            segments.Add(_token.Is(".") ? Member() : Index());
        }

        return new PathNode(offset, root, start, segments, _secrets > secrets);
    }

    PathSegment Member()
    {
        _token = _lexer.Member();
        var offset = _token.Offset;
        if (_token.Kind == TokenKind.Name)
        {
            var name = _token.Text;
            Advance();
            return _token.Is("(")
                ? throw new ExpressionSyntaxException(offset, $"There are no methods; functions are called as {name}(x).")
                : new PathSegment(offset, name);
        }

        return Take("*")
            ? new PathSegment(offset, null)
            : throw Unexpected("a name or * after the dot (an index or any other name goes into brackets: [0], ['a b'])");
    }

    PathSegment Index()
    {
        Advance();
        var offset = _token.Offset;
        if (_token.Is("*"))
        {
            Advance();
            Expect("]", "the closing ]");
            return new PathSegment(offset, null);
        }

        var index = Conditional();
        Expect("]", "the closing ]");
        return index is not LiteralNode literal
            ? new PathSegment(offset, null, index)
            : literal.Value.Kind switch
            {
                ValueKind.Text => new PathSegment(offset, literal.Value.Text),
                ValueKind.Number when literal.Value.TryGetNumber(out var number) && number.TryGetInteger(out var position) =>
                    new PathSegment(offset, position),
                _ => throw new ExpressionSyntaxException(offset, "An index is a whole number, a name in quotes, or *."),
            };
    }

    /// <param name="root">The name of a reference; then there is no node.</param>
    Node? Primary(out string? root)
    {
        root = null;
        var token = _token;
        switch (token.Kind)
        {
            case TokenKind.Number:
                Advance();
                return new LiteralNode(token.Offset, Value.Of(
                    Number.Parse(token.Text) ?? throw new ExpressionSyntaxException(token.Offset, "The number is too large.")));
            case TokenKind.Text:
                Advance();
                return new LiteralNode(token.Offset, Value.Of(token.Text));
            case TokenKind.Name:
                return Named(token, out root);
        }

        if (Take("("))
        {
            var inner = Conditional();
            Expect(")", "the closing )");
            return inner;
        }

        if (Take("["))
        {
            return new ArrayNode(token.Offset, List("]"));
        }

        return Take("{") ? Object(token.Offset) : throw Unexpected("a value");
    }

    Node? Named(Token name, out string? root)
    {
        root = null;
        if (name.Text is "secret" or "config")
        {
            var setting = _lexer.SettingName()
                ?? throw new ExpressionSyntaxException(name.Offset, $"Expected {name.Text}:NAME, without spaces around the colon.");
            _secrets++;
            Advance();
            return new SettingNode(name.Offset, name.Text, setting);
        }

        Advance();
        switch (name.Text)
        {
            case "true" or "false":
                return new LiteralNode(name.Offset, Value.Of(name.Text == "true"));
            case "null":
                return new LiteralNode(name.Offset, Value.Null);
        }

        if (Take("("))
        {
            return Call(name);
        }

        root = name.Text;
        return null;
    }

    CallNode Call(Token name)
    {
        if (!Function.All.TryGetValue(name.Text, out var function))
        {
            throw new ExpressionSyntaxException(name.Offset, $"There is no function {name}.{Suggestion.Question(name.Text, Function.All.Keys)}");
        }

        var arguments = List(")");
        return arguments.Count >= function.Least && arguments.Count <= function.Most
            ? new CallNode(name.Offset, function, arguments)
            : throw new ExpressionSyntaxException(
                name.Offset, $"{function.Signature} cannot be called with {(arguments.Count == 1 ? "1 argument" : $"{arguments.Count} arguments")}.");
    }

    List<Node> List(string close)
    {
        List<Node> elements = [];
        while (!Take(close))
        {
            if (elements.Count > 0)
            {
                Expect(",", $"a comma or the closing {close}");
            }

            elements.Add(Conditional());
        }

        return elements;
    }

    ObjectNode Object(int offset)
    {
        List<KeyValuePair<string, Node>> members = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        while (!Take("}"))
        {
            if (members.Count > 0)
            {
                Expect(",", "a comma or the closing } of the object");
            }

            var name = _token;
            if (name.Kind is not (TokenKind.Name or TokenKind.Text))
            {
                throw Unexpected("the name of a member");
            }

            if (!names.Add(name.Text))
            {
                throw new ExpressionSyntaxException(name.Offset, $"The object has '{name.Text}' twice.");
            }

            Advance();
            Expect(":", "a colon after the name");
            members.Add(new(name.Text, Conditional()));
        }

        return new ObjectNode(offset, members);
    }
}
