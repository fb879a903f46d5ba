namespace Grimoire.Expressions;

/// <summary>What counts as true and false: booleans do, and null is false. Anything else is taken for a mistake.</summary>
static class Logic
{
    public static bool IsTrue(Value value, Evaluation evaluation, int offset, string where) => value.Kind switch
    {
        ValueKind.Boolean => value.Boolean,
        ValueKind.Null => false,
        _ => throw evaluation.Error(
            offset, $"{where} needs true, false or null, not {value.Article}. Compare it with something: x != null, x != '', length(x) > 0."),
    };
}

/// <summary>a ? b : c, and the chains of it that are written without parentheses.</summary>
/// <param name="branches">Condition and value of each.</param>
sealed class ConditionalNode(int offset, IReadOnlyList<(Node Condition, Node Value)> branches, Node otherwise) : Node(offset)
{
    public override Value Evaluate(Evaluation evaluation)
    {
        foreach (var (condition, value) in branches)
        {
            var decision = condition.Evaluate(evaluation);
            if (decision.IsMissing)
            {
                return decision;
            }

            if (Logic.IsTrue(decision, evaluation, condition.Offset, "? :"))
            {
                return value.Evaluate(evaluation);
            }
        }

        return otherwise.Evaluate(evaluation);
    }

    public override void Collect(ReferenceList references, bool guarded)
    {
        foreach (var (condition, value) in branches)
        {
            condition.Collect(references, guarded);
            value.Collect(references, guarded);
        }

        otherwise.Collect(references, guarded);
    }
}

/// <summary>a ?? b ?? c: the first that is there and not null, else the last, whatever it is.</summary>
sealed class FallbackNode(int offset, IReadOnlyList<Node> operands) : Node(offset)
{
    public override Value Evaluate(Evaluation evaluation)
    {
        for (var i = 0; i < operands.Count - 1; i++)
        {
            var value = operands[i].Evaluate(evaluation);
            if (value is { IsMissing: false, IsNull: false })
            {
                return value;
            }
        }

        return operands[^1].Evaluate(evaluation);
    }

    public override void Collect(ReferenceList references, bool guarded)
    {
        for (var i = 0; i < operands.Count; i++)
        {
            operands[i].Collect(references, guarded || i < operands.Count - 1);
        }
    }
}

/// <summary>a &amp;&amp; b, a || b: what follows the decision is not looked at.</summary>
/// <param name="decisive">Which outcome of an operand decides.</param>
sealed class LogicNode(int offset, string symbol, bool decisive, IReadOnlyList<Node> operands) : Node(offset)
{
    public override Value Evaluate(Evaluation evaluation)
    {
        foreach (var operand in operands)
        {
            var value = operand.Evaluate(evaluation);
            if (value.IsMissing)
            {
                return value;
            }

            if (Logic.IsTrue(value, evaluation, operand.Offset, symbol) == decisive)
            {
                return Value.Of(decisive);
            }
        }

        return Value.Of(!decisive);
    }

    public override void Collect(ReferenceList references, bool guarded)
    {
        foreach (var operand in operands)
        {
            operand.Collect(references, guarded);
        }
    }
}

/// <summary>!a</summary>
sealed class NotNode(int offset, Node operand) : Node(offset)
{
    public override Value Evaluate(Evaluation evaluation)
    {
        var value = operand.Evaluate(evaluation);
        return value.IsMissing ? value : Value.Of(!Logic.IsTrue(value, evaluation, operand.Offset, "!"));
    }

    public override void Collect(ReferenceList references, bool guarded) => operand.Collect(references, guarded);
}
