namespace Grimoire.Expressions;

/// <summary>Functions of arrays and objects.</summary>
static class ListFunctions
{
    public static Function[] All { get; } =
    [
        new("keys(object)", 1, 1, a => a.Built([.. a.Object(0).Members.Select(member => Value.Of(member.Key))])),
        new("values(object)", 1, 1, a => a.Built([.. a.Object(0).Items])),
        new("merge(object, object, …)", 1, int.MaxValue, Merge),
        new("concat(list, list, …)", 1, int.MaxValue, Concat),
        new("first(list)", 1, 1, a => End(a, last: false)),
        new("last(list)", 1, 1, a => End(a, last: true)),
        new("slice(value, from, to?)", 2, 3, Slice),
        new("unique(list)", 1, 1, a => a.Built([.. a.Array(0).Distinct(a.Equality)])),
        new("sort(list)", 1, 1, Sort),
    ];

    static Value Merge(Arguments a)
    {
        var merged = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        for (var i = 0; i < a.Count; i++)
        {
            foreach (var (name, value) in a.Object(i).Members)
            {
                merged[name] = value;
            }

            a.Evaluation.SpendElements(merged.Count, a.Offset);
        }

        return Value.Of(merged);
    }

    static Value Concat(Arguments a)
    {
        List<Value> elements = [];
        for (var i = 0; i < a.Count; i++)
        {
            a.Evaluation.SpendElements(elements.Count + (a[i].Kind == ValueKind.Array ? a[i].Count : 0), a.Offset);
            elements.AddRange(a.Array(i));
        }

        return Value.Of([.. elements]);
    }

    // Missing, not an error: first(x) ?? y has to work.
    static Value End(Arguments a, bool last)
    {
        var elements = a.Array(0);
        return elements.Length > 0
            ? elements[last ? ^1 : 0]
            : Value.Of(new Missing(a.Offset, () => $"{(last ? "last" : "first")}(list): the list is empty."));
    }

    static Value Slice(Arguments a)
    {
        var length = a[0].Kind switch
        {
            ValueKind.Text => a[0].Text.Length,
            ValueKind.Array => a[0].Count,
            _ => throw a.Wrong(0, "an array or a text"),
        };
        var from = Position(a.Integer(1), length);
        var to = Math.Max(from, Position(a.Integer(2, length), length));
        return a[0].Kind == ValueKind.Text ? a.Built(a[0].Text[from..to]) : a.Built(a.Array(0)[from..to]);
    }

    static int Position(int position, int length) => Math.Clamp(position < 0 ? length + position : position, 0, length);

    static Value Sort(Arguments a)
    {
        var elements = a.Array(0);
        // What sorting costs beyond one look at each element.
        a.Evaluation.SpendElements(elements.Length, a.Offset);
        a.Evaluation.Spend(3L * elements.Length, a.Offset);
        if (elements.All(element => element.Kind == ValueKind.Text))
        {
            a.Evaluation.SpendCharacters(elements.Sum(element => (long)element.Text.Length), a.Offset);
            return Value.Of([.. elements.OrderBy(element => element.Text, StringComparer.Ordinal)]);
        }

        return elements.All(element => element.Kind == ValueKind.Number)
            ? Value.Of([.. elements.OrderBy(element => a.Element(element, 0), Comparer<Number>.Create(static (x, y) => x.CompareTo(y)))])
            : throw a.Wrong(0, "an array of numbers only or of texts only");
    }
}
