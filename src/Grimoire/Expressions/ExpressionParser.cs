namespace Grimoire.Expressions;

/// <summary>
/// Reads one expression, up to the "}" that ends it. The grammar is in docs/expressions.md; what stands between operators is read in
/// PrimaryParser.cs.
/// </summary>
sealed partial class ExpressionParser
{
    static readonly string[][] Levels = [["??"], ["||"], ["&&"], ["==", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"]];

    readonly Lexer _lexer;

    Token _token;

    int _depth;

    ExpressionParser(string source, int start)
    {
        _lexer = new Lexer(source, start);
        _token = _lexer.Next();
    }

    /// <param name="start">Just after the "${".</param>
    /// <param name="end">Just after the "}".</param>
    /// <exception cref="ExpressionSyntaxException">It is malformed.</exception>
    public static Node Parse(string source, int start, out int end)
    {
        var parser = new ExpressionParser(source, start);
        if (parser._token.Is("}"))
        {
            throw new ExpressionSyntaxException(parser._token.Offset, "Expected an expression between ${ and }.");
        }

        var node = parser.Conditional();
        if (!parser._token.Is("}"))
        {
            throw parser.Unexpected("an operator or the closing }");
        }

        end = parser._token.Offset + 1;
        return node;
    }

    Node Conditional()
    {
        Enter();
        var node = Binary(0);
        if (_token.Is("?"))
        {
            var offset = node.Offset;
            List<(Node Condition, Node Value)> branches = [];
            while (Take("?"))
            {
                if (_token.Is("."))
                {
                    throw new ExpressionSyntaxException(_token.Offset, "There is no '?.'; write 'a.b ?? otherwise' for what may be missing.");
                }

                var value = Conditional();
                Expect(":", "the ':' of '? :'");
                branches.Add((node, value));
                node = Binary(0);
            }

            node = new ConditionalNode(offset, branches, node);
        }

        _depth--;
        return node;
    }

    Node Binary(int level)
    {
        if (level == Levels.Length)
        {
            return Unary();
        }

        var first = Binary(level + 1);
        if (!IsOperator(level))
        {
            return first;
        }

        List<(string Symbol, int Offset, Node Operand)> rest = [];
        while (IsOperator(level))
        {
            var (symbol, offset) = (_token.Text, _token.Offset);
            if (level is 3 or 4 && rest.Count > 0)
            {
                throw new ExpressionSyntaxException(
                    offset, $"Comparisons do not chain: put one of them in parentheses, or write a {rest[0].Symbol} b && b {symbol} c.");
            }

            Advance();
            rest.Add((symbol, offset, Binary(level + 1)));
        }

        return level switch
        {
            0 => new FallbackNode(first.Offset, Operands(first, rest)),
            1 => new LogicNode(first.Offset, "||", decisive: true, Operands(first, rest)),
            2 => new LogicNode(first.Offset, "&&", decisive: false, Operands(first, rest)),
            3 or 4 => new ComparisonNode(rest[0].Offset, rest[0].Symbol, first, rest[0].Operand),
            _ => new ArithmeticNode(first.Offset, first, rest),
        };
    }

    static Node[] Operands(Node first, List<(string Symbol, int Offset, Node Operand)> rest) => [first, .. rest.Select(part => part.Operand)];

    bool IsOperator(int level) => _token.Kind == TokenKind.Symbol && Array.IndexOf(Levels[level], _token.Text) >= 0;

    Node Unary()
    {
        var offset = _token.Offset;
        if (!_token.Is("!") && !_token.Is("-"))
        {
            return Postfix();
        }

        Enter();
        var isNot = _token.Is("!");
        Advance();
        var operand = Unary();
        _depth--;
        if (isNot)
        {
            return new NotNode(offset, operand);
        }

        // A literal, so that [-1] is an index that is known beforehand.
        return operand is LiteralNode { Value.Kind: ValueKind.Number } literal && literal.Value.TryGetNumber(out var number)
            ? new LiteralNode(offset, Value.Of(number.Negated))
            : new NegateNode(offset, operand);
    }

    void Enter()
    {
        if (++_depth > ExpressionLimits.Nesting)
        {
            throw new ExpressionSyntaxException(_token.Offset, $"The expression is nested too deep: more than {ExpressionLimits.Nesting} levels.");
        }
    }

    void Advance() => _token = _lexer.Next();

    bool Take(string symbol)
    {
        var found = _token.Is(symbol);
        if (found)
        {
            Advance();
        }

        return found;
    }

    void Expect(string symbol, string what)
    {
        if (!Take(symbol))
        {
            throw Unexpected(what);
        }
    }

    ExpressionSyntaxException Unexpected(string expected)
    {
        var hint = _token switch
        {
            { Kind: TokenKind.Name, Text: "and" } => " 'and' is written &&.",
            { Kind: TokenKind.Name, Text: "or" } => " 'or' is written ||.",
            { Kind: TokenKind.Name, Text: "not" } => " 'not' is written !.",
            _ => "",
        };
        return new ExpressionSyntaxException(_token.Offset, $"Expected {expected}, found {_token}.{hint}");
    }
}
