namespace Grimoire.Expressions;

/// <summary>When two values are the same: by type and content, numbers by what they are worth, objects whatever their order.</summary>
sealed class ValueEquality(Evaluation evaluation, int offset) : IEqualityComparer<Value>
{
    public bool Equals(Value x, Value y) => AreEqual(x, y, 0);

    public int GetHashCode(Value obj) => Hash(obj, 0);

    bool AreEqual(Value a, Value b, int depth)
    {
        evaluation.Spend(1, offset);
        if (a.Kind != b.Kind)
        {
            return false;
        }

        switch (a.Kind)
        {
            case ValueKind.Boolean:
                return a.Boolean == b.Boolean;
            case ValueKind.Text:
                evaluation.SpendCharacters(Math.Min(a.Text.Length, b.Text.Length), offset);
                return string.Equals(a.Text, b.Text, StringComparison.Ordinal);
            case ValueKind.Number:
                return a.TryGetNumber(out var left) && b.TryGetNumber(out var right) ? left.Equals(right) : a.NumberText == b.NumberText;
            case ValueKind.Array:
                evaluation.CheckDepth(depth + 1, offset);
                return a.Count == b.Count && AreElementsEqual(a, b, depth + 1);
            case ValueKind.Object:
                evaluation.CheckDepth(depth + 1, offset);
                return a.Count == b.Count
                    && a.Members.All(member => b.TryGetMember(member.Key, out var other) && AreEqual(member.Value, other, depth + 1));
            default:
                return true;
        }
    }

    bool AreElementsEqual(Value a, Value b, int depth)
    {
        for (var i = 0; i < a.Count; i++)
        {
            if (!AreEqual(a.Element(i), b.Element(i), depth))
            {
                return false;
            }
        }

        return true;
    }

    int Hash(Value value, int depth)
    {
        evaluation.Spend(1, offset);
        switch (value.Kind)
        {
            case ValueKind.Boolean:
                return value.Boolean ? 1 : 2;
            case ValueKind.Text:
                evaluation.SpendCharacters(value.Text.Length, offset);
                return string.GetHashCode(value.Text, StringComparison.Ordinal);
            case ValueKind.Number:
                return value.TryGetNumber(out var number) ? number.GetHashCode() : value.NumberText.Length;
            case ValueKind.Array when depth < ExpressionLimits.Depth:
                var hash = new HashCode();
                foreach (var element in value.Items)
                {
                    hash.Add(Hash(element, depth + 1));
                }

                return hash.ToHashCode();
            case ValueKind.Object when depth < ExpressionLimits.Depth:
                return value.Members.Aggregate(
                    3, (sum, member) => unchecked(sum + HashCode.Combine(member.Key, Hash(member.Value, depth + 1))));
            default:
                return 0;
        }
    }
}
