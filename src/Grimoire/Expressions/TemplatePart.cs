using System.Text;
using System.Text.Json.Nodes;

namespace Grimoire.Expressions;

/// <summary>A parsed template, as a tree of its JSON. Immutable.</summary>
abstract class TemplatePart
{
    /// <param name="depth">In how many arrays and objects of the template it is.</param>
    public abstract JsonNode? Evaluate(Evaluation evaluation, int depth);

    public virtual void Collect(ReferenceList references)
    {
    }
}

/// <summary>What has no expression in it.</summary>
sealed class ConstantPart(JsonNode? value) : TemplatePart
{
    public override JsonNode? Evaluate(Evaluation evaluation, int depth) => value?.DeepClone();
}

sealed class ArrayPart(IReadOnlyList<TemplatePart> elements) : TemplatePart
{
    public override JsonNode Evaluate(Evaluation evaluation, int depth)
    {
        var array = new JsonArray();
        foreach (var element in elements)
        {
            array.Add(element.Evaluate(evaluation, depth + 1));
        }

        return array;
    }

    public override void Collect(ReferenceList references)
    {
        foreach (var element in elements)
        {
            element.Collect(references);
        }
    }
}

sealed class ObjectPart(IReadOnlyList<KeyValuePair<string, TemplatePart>> members) : TemplatePart
{
    public override JsonNode Evaluate(Evaluation evaluation, int depth)
    {
        var result = new JsonObject();
        foreach (var (name, member) in members)
        {
            result.Add(name, member.Evaluate(evaluation, depth + 1));
        }

        return result;
    }

    public override void Collect(ReferenceList references)
    {
        foreach (var (_, member) in members)
        {
            member.Collect(references);
        }
    }
}

/// <summary>A string that is one ${…}, and keeps the type of its value; or text with some of them in it.</summary>
/// <param name="pieces">Text (a string) and expressions (a Node).</param>
sealed class StringPart(string pointer, IReadOnlyList<object> pieces) : TemplatePart
{
    public override JsonNode? Evaluate(Evaluation evaluation, int depth)
    {
        evaluation.Pointer = pointer;
        if (pieces is [Node only])
        {
            return Read(only, evaluation, value => ValueWriter.ToNode(value, depth, evaluation, only.Offset));
        }

        var text = new StringBuilder();
        foreach (var piece in pieces)
        {
            text.Append(piece is Node node
                ? Read(node, evaluation, value => ValueWriter.ToText(value, evaluation, node.Offset))
                : (string)piece);
            evaluation.SpendText(text.Length > ExpressionLimits.TextLength ? text.Length : 0, 0);
        }

        return JsonValue.Create(text.ToString());
    }

    public override void Collect(ReferenceList references)
    {
        references.Pointer = pointer;
        foreach (var node in pieces.OfType<Node>())
        {
            node.Collect(references, guarded: false);
        }
    }

    static T Read<T>(Node node, Evaluation evaluation, Func<Value, T> use)
    {
        try
        {
            var value = node.Evaluate(evaluation);
            return value.IsMissing ? throw evaluation.Error(value.Missing.Offset, value.Missing.Message) : use(value);
        }
        catch (UnreadableValueException unreadable)
        {
            throw evaluation.Error(node.Offset, unreadable.Message);
        }
    }
}
