namespace Grimoire.Expressions;

/// <summary>A part of a parsed expression. Immutable.</summary>
/// <param name="offset">In the string in which the expression stands.</param>
abstract class Node(int offset)
{
    public int Offset { get; } = offset;

    /// <summary>A missing value stands for everything that is made of it, until a ?? or exists() takes it in.</summary>
    public abstract Value Evaluate(Evaluation evaluation);

    /// <summary>Tells every reference in the order of the text.</summary>
    public abstract void Collect(ReferenceList references, bool guarded);
}

/// <summary>Collects what a template refers to.</summary>
sealed class ReferenceList
{
    readonly List<Reference> _references = [];

    public string Pointer { get; set; } = "";

    public IReadOnlyList<Reference> All => _references;

    public void Add(string root, IReadOnlyList<object?> path, bool guarded, int offset) =>
        _references.Add(new Reference(root, path, guarded, Pointer, offset));
}

sealed class LiteralNode(int offset, Value value) : Node(offset)
{
    public Value Value { get; } = value;

    public override Value Evaluate(Evaluation evaluation) => Value;

    public override void Collect(ReferenceList references, bool guarded)
    {
    }
}

/// <summary>[a, b]</summary>
sealed class ArrayNode(int offset, IReadOnlyList<Node> elements) : Node(offset)
{
    public override Value Evaluate(Evaluation evaluation)
    {
        evaluation.SpendElements(elements.Count, Offset);
        var values = new Value[elements.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = elements[i].Evaluate(evaluation);
            if (values[i].IsMissing)
            {
                return values[i];
            }
        }

        return Value.Of(values);
    }

    public override void Collect(ReferenceList references, bool guarded)
    {
        foreach (var element in elements)
        {
            element.Collect(references, guarded);
        }
    }
}

/// <summary>{a: 1, "b": 2}</summary>
sealed class ObjectNode(int offset, IReadOnlyList<KeyValuePair<string, Node>> members) : Node(offset)
{
    public override Value Evaluate(Evaluation evaluation)
    {
        evaluation.SpendElements(members.Count, Offset);
        var values = new OrderedDictionary<string, Value>(members.Count, StringComparer.Ordinal);
        foreach (var (name, member) in members)
        {
            var value = member.Evaluate(evaluation);
            if (value.IsMissing)
            {
                return value;
            }

            values[name] = value;
        }

        return Value.Of(values);
    }

    public override void Collect(ReferenceList references, bool guarded)
    {
        foreach (var (_, member) in members)
        {
            member.Collect(references, guarded);
        }
    }
}
