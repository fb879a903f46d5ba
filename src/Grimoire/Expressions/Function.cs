namespace Grimoire.Expressions;

/// <summary>A function that expressions may call: pure, the same result for the same arguments everywhere.</summary>
/// <param name="Signature">For messages: "slice(list, from, to?)".</param>
/// <param name="Most">int.MaxValue: any number.</param>
sealed record Function(string Signature, int Least, int Most, Func<Arguments, Value> Body)
{
    public string Name { get; } = Signature[..Signature.IndexOf('(', StringComparison.Ordinal)];

    /// <summary>Whether its first argument may be missing, as that of exists() and default().</summary>
    public bool Guards { get; init; }

    public static IReadOnlyDictionary<string, Function> All { get; } =
        new[] { GeneralFunctions.All, TextFunctions.All, NumberFunctions.All, ListFunctions.All }
            .SelectMany(functions => functions)
            .ToDictionary(function => function.Name, StringComparer.Ordinal);
}

/// <summary>name(args)</summary>
sealed class CallNode(int offset, Function function, IReadOnlyList<Node> arguments) : Node(offset)
{
    public override Value Evaluate(Evaluation evaluation)
    {
        var values = new Value[arguments.Count];
        for (var i = 0; i < values.Length; i++)
        {
            // The second argument of default() is not looked at unless it is needed.
            if (i > 0 && function.Guards && values[0] is { IsMissing: false, IsNull: false })
            {
                return values[0];
            }

            values[i] = arguments[i].Evaluate(evaluation);
            if (values[i].IsMissing && !(i == 0 && function.Guards))
            {
                return values[i];
            }
        }

        return function.Body(new Arguments(function, values, arguments, this, evaluation));
    }

    public override void Collect(ReferenceList references, bool guarded)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            arguments[i].Collect(references, guarded || (i == 0 && function.Guards));
        }
    }
}

/// <summary>What a function is called with, and how it asks for types and complains.</summary>
readonly struct Arguments(Function function, Value[] values, IReadOnlyList<Node> nodes, CallNode call, Evaluation evaluation)
{
    static readonly string[] Ordinals = ["first", "second", "third"];

    public Evaluation Evaluation => evaluation;

    /// <summary>Of the call.</summary>
    public int Offset => call.Offset;

    public int Count => values.Length;

    public Value this[int i] => values[i];

    public ValueEquality Equality => new(evaluation, call.Offset);

    public string Text(int i) => values[i].Kind == ValueKind.Text ? Paid(values[i].Text) : throw Wrong(i, "a text");

    public Number Number(int i) => Number(values[i], i, "a number");

    /// <param name="element">Of an array that is the argument.</param>
    public Number Element(Value element, int i) => Number(element, i, "a list of numbers");

    public int Integer(int i) => Number(i).TryGetInteger(out var integer) ? integer : throw Fail(i, "Not a whole number in range");

    /// <summary>An optional argument.</summary>
    public int Integer(int i, int otherwise) => i < values.Length ? Integer(i) : otherwise;

    public Value[] Array(int i)
    {
        if (values[i].Kind != ValueKind.Array)
        {
            throw Wrong(i, "an array");
        }

        evaluation.Spend(values[i].Count, Offset);
        return [.. values[i].Items];
    }

    public Value Object(int i)
    {
        if (values[i].Kind != ValueKind.Object)
        {
            throw Wrong(i, "an object");
        }

        evaluation.Spend(values[i].Count, Offset);
        return values[i];
    }

    public ExpressionException Wrong(int i, string expected) => Wrong(i, expected, values[i]);

    public ExpressionException Fail(int i, string problem) =>
        evaluation.Error(nodes[i].Offset, $"{problem}: the {Which(i)} argument of {function.Signature}.");

    /// <summary>No argument by itself is wrong.</summary>
    public ExpressionException Fail(string problem) => evaluation.Error(Offset, problem);

    public Value Built(string text)
    {
        evaluation.SpendText(text.Length, Offset);
        return Value.Of(text);
    }

    public Value Built(Value[] elements)
    {
        evaluation.SpendElements(elements.Length, Offset);
        return Value.Of(elements);
    }

    public Value Result(Number? number) => number is { } known
        ? Value.Of(known)
        : throw Fail($"The result of {function.Name}() is too large for a number.");

    Number Number(Value value, int i, string expected)
    {
        if (value.Kind != ValueKind.Number)
        {
            throw Wrong(i, expected, value);
        }

        return value.TryGetNumber(out var number) ? number : throw Fail(i, "The number is too large to calculate with");
    }

    ExpressionException Wrong(int i, string expected, Value found)
    {
        var but = found.Kind == values[i].Kind ? "not" : "but it holds";
        return evaluation.Error(
            nodes[i].Offset, $"{function.Signature}: the {Which(i)} argument has to be {expected}, {but} {found.Article}.");
    }

    static string Which(int i) => i < Ordinals.Length ? Ordinals[i] : $"{i + 1}th";

    string Paid(string text)
    {
        evaluation.SpendCharacters(text.Length, Offset);
        return text;
    }
}
