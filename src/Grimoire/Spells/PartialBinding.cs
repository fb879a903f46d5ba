using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Expressions;

namespace Grimoire.Spells;

/// <summary>Evaluates what can be known of a template and marks the rest.</summary>
/// <param name="scope">What is known.</param>
/// <param name="isKnown">Whether that holds what a reference needs.</param>
/// <param name="errors">What would fail.</param>
sealed class PartialBinding(IScope scope, Func<Reference, bool> isKnown, ICollection<Finding> errors)
{
    /// <summary>Nothing had to be marked so far.</summary>
    public bool IsComplete { get; private set; } = true;

    public JsonNode? Bind(JsonNode? source, string pointer) => source switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Bind(field.Value, JsonPointer.Append(pointer, field.Key))))),
        JsonArray items => new JsonArray([.. items.Select((item, index) => Bind(item, JsonPointer.Append(pointer, index)))]),
        null => null,
        _ => Scalar(source, pointer),
    };

    /// <summary>The value of a template as a whole; false if some of it is not known or it fails.</summary>
    public bool TryBind(JsonNode? source, string pointer, out JsonNode? value)
    {
        value = null;
        if (Template.Parse(source, []) is not { } template || !template.References.All(isKnown))
        {
            return false;
        }

        return TryEvaluate(template, pointer, out value);
    }

    JsonNode? Scalar(JsonNode source, string pointer)
    {
        if (source.GetValueKind() != JsonValueKind.String || Template.Parse(source, []) is not { } template)
        {
            return source.DeepClone();
        }

        var unknown = template.References.Where(reference => !isKnown(reference)).Select(reference => Flow.Shown(reference.Root, reference.Path)).Distinct().ToList();
        if (unknown.Count == 0 && TryEvaluate(template, pointer, out var value))
        {
            return value;
        }

        IsComplete = false;
        return DryRun.Unknown(unknown.Count > 0 ? string.Join(", ", unknown) : source.GetValue<string>());
    }

    bool TryEvaluate(Template template, string pointer, out JsonNode? value)
    {
        try
        {
            value = template.Evaluate(scope);
            return true;
        }
        catch (ExpressionException failed)
        {
            errors.Add(new Finding(pointer + failed.Pointer, "expression.failed", failed.Message));
            value = null;
            return false;
        }
    }
}
