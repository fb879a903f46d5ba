namespace Grimoire.Expressions;

/// <summary>a + b - c: a chain of one level of precedence, from left to right; flat, so that its length is no depth.</summary>
/// <param name="rest">Symbol, its offset, and what follows it.</param>
sealed class ArithmeticNode(int offset, Node first, IReadOnlyList<(string Symbol, int Offset, Node Operand)> rest) : Node(offset)
{
    public override Value Evaluate(Evaluation evaluation)
    {
        var result = first.Evaluate(evaluation);
        foreach (var (symbol, at, operand) in rest)
        {
            if (result.IsMissing)
            {
                return result;
            }

            var right = operand.Evaluate(evaluation);
            if (right.IsMissing)
            {
                return right;
            }

            result = Apply(symbol, at, result, right, evaluation);
        }

        return result;
    }

    public override void Collect(ReferenceList references, bool guarded)
    {
        first.Collect(references, guarded);
        foreach (var (_, _, operand) in rest)
        {
            operand.Collect(references, guarded);
        }
    }

    /// <summary>-a</summary>
    public static Value Negate(Value value, int at, Evaluation evaluation) =>
        value.Kind == ValueKind.Number && value.TryGetNumber(out var number)
            ? Value.Of(number.Negated)
            : throw evaluation.Error(at, $"- needs a number, not {value.Article}.");

    static Value Apply(string symbol, int at, Value left, Value right, Evaluation evaluation)
    {
        if (symbol == "+" && left.Kind == ValueKind.Text && right.Kind == ValueKind.Text)
        {
            evaluation.SpendText((long)left.Text.Length + right.Text.Length, at);
            return Value.Of(left.Text + right.Text);
        }

        if (left.Kind != ValueKind.Number || right.Kind != ValueKind.Number)
        {
            throw evaluation.Error(at, WrongTypes(symbol, left, right));
        }

        if (!left.TryGetNumber(out var a) || !right.TryGetNumber(out var b))
        {
            throw evaluation.Error(at, $"A number beside {symbol} is too large to calculate with.");
        }

        if (symbol is "/" or "%" && b.IsZero)
        {
            throw evaluation.Error(at, "Division by zero.");
        }

        var result = symbol switch
        {
            "+" => Number.Add(a, b),
            "-" => Number.Subtract(a, b),
            "*" => Number.Multiply(a, b),
            "/" => Number.Divide(a, b),
            _ => Number.Remainder(a, b),
        };
        return result is { } number ? Value.Of(number) : throw evaluation.Error(at, $"The result of {symbol} is too large for a number.");
    }

    static string WrongTypes(string symbol, Value left, Value right)
    {
        var wanted = symbol == "+" ? "two numbers or two texts" : "two numbers";
        var hint = symbol == "+" && (left.Kind == ValueKind.Text || right.Kind == ValueKind.Text)
            ? " string(x) makes a text of anything."
            : symbol == "+" && left.Kind == ValueKind.Array && right.Kind == ValueKind.Array ? " concat(a, b) joins arrays." : "";
        return $"{symbol} needs {wanted}; left is {left.Article}, right is {right.Article}.{hint}";
    }
}

/// <summary>-a</summary>
sealed class NegateNode(int offset, Node operand) : Node(offset)
{
    public override Value Evaluate(Evaluation evaluation)
    {
        var value = operand.Evaluate(evaluation);
        return value.IsMissing ? value : ArithmeticNode.Negate(value, Offset, evaluation);
    }

    public override void Collect(ReferenceList references, bool guarded) => operand.Collect(references, guarded);
}

/// <summary>a == b, a &lt; b and their like.</summary>
sealed class ComparisonNode(int offset, string symbol, Node left, Node right) : Node(offset)
{
    public override Value Evaluate(Evaluation evaluation)
    {
        var a = left.Evaluate(evaluation);
        if (a.IsMissing)
        {
            return a;
        }

        var b = right.Evaluate(evaluation);
        if (b.IsMissing)
        {
            return b;
        }

        return Value.Of(symbol switch
        {
            "==" => new ValueEquality(evaluation, Offset).Equals(a, b),
            "!=" => !new ValueEquality(evaluation, Offset).Equals(a, b),
            "<" => Order(a, b, evaluation) < 0,
            "<=" => Order(a, b, evaluation) <= 0,
            ">" => Order(a, b, evaluation) > 0,
            _ => Order(a, b, evaluation) >= 0,
        });
    }

    public override void Collect(ReferenceList references, bool guarded)
    {
        left.Collect(references, guarded);
        right.Collect(references, guarded);
    }

    int Order(Value a, Value b, Evaluation evaluation)
    {
        if (a.Kind == ValueKind.Text && b.Kind == ValueKind.Text)
        {
            evaluation.SpendCharacters(Math.Min(a.Text.Length, b.Text.Length), Offset);
            return string.CompareOrdinal(a.Text, b.Text);
        }

        if (a.Kind != ValueKind.Number || b.Kind != ValueKind.Number)
        {
            throw evaluation.Error(Offset, $"{symbol} needs two numbers or two texts; left is {a.Article}, right is {b.Article}.");
        }

        return a.TryGetNumber(out var x) && b.TryGetNumber(out var y)
            ? x.CompareTo(y)
            : throw evaluation.Error(Offset, $"A number beside {symbol} is too large to compare.");
    }
}
