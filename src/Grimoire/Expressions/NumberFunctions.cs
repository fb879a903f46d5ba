namespace Grimoire.Expressions;

/// <summary>Functions of numbers.</summary>
static class NumberFunctions
{
    const int MostDigits = 28;

    public static Function[] All { get; } =
    [
        new("round(number, digits?)", 1, 2, Round),
        new("floor(number)", 1, 1, a => Value.Of(a.Number(0).Floor)),
        new("ceil(number)", 1, 1, a => Value.Of(a.Number(0).Ceiling)),
        new("abs(number)", 1, 1, a => Value.Of(a.Number(0).Absolute)),
        new("min(list) or min(a, b, …)", 1, int.MaxValue, a => Value.Of(Extreme(a, -1))),
        new("max(list) or max(a, b, …)", 1, int.MaxValue, a => Value.Of(Extreme(a, 1))),
        new("sum(list)", 1, 1, Sum),
        new("range(count) or range(from, to, step?)", 1, 3, Range),
    ];

    static Value Round(Arguments a) =>
        a.Integer(1, 0) is >= 0 and <= MostDigits and var digits
            ? Value.Of(a.Number(0).Round(digits))
            : throw a.Fail(1, $"Not between 0 and {MostDigits}");

    static Number Extreme(Arguments a, int sign)
    {
        Number[] numbers = a.Count == 1 ? Numbers(a) : [.. Enumerable.Range(0, a.Count).Select(a.Number)];
        return numbers.Length == 0
            ? throw a.Fail(0, "The list is empty")
            : numbers.Aggregate((best, number) => number.CompareTo(best) * sign > 0 ? number : best);
    }

    static Value Sum(Arguments a)
    {
        Number? sum = Number.Of(0);
        foreach (var number in Numbers(a))
        {
            sum = sum is { } known ? Number.Add(known, number) : null;
        }

        return a.Result(sum);
    }

    static Number[] Numbers(Arguments a) => [.. a.Array(0).Select(element => a.Element(element, 0))];

    static Value Range(Arguments a)
    {
        long from = a.Count == 1 ? 0 : a.Integer(0);
        long to = a.Integer(a.Count == 1 ? 0 : 1);
        long step = a.Integer(2, 1);
        if (step == 0)
        {
            throw a.Fail(2, "A step of 0 leads nowhere");
        }

        var count = Math.Max(0, (to - from + step - Math.Sign(step)) / step);
        a.Evaluation.SpendElements(count, a.Offset);
        var numbers = new Value[count];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Value.Of(Number.Of(from + (i * step)));
        }

        return Value.Of(numbers);
    }
}
