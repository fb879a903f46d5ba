using System.Text.Json.Nodes;

namespace Grimoire.Expressions;

/// <summary>A JSON value in whose strings there may be ${…}: parsed once, evaluated as often as one likes.</summary>
public sealed class Template
{
    readonly TemplatePart _parsed;

    Template(JsonNode? source, TemplatePart parsed)
    {
        (Source, _parsed) = (source, parsed);
        var references = new ReferenceList();
        parsed.Collect(references);
        References = references.All;
    }

    public JsonNode? Source { get; }

    /// <summary>Everything that it refers to, in the order of its text.</summary>
    public IReadOnlyList<Reference> References { get; }

    /// <summary>It refers to nothing and always comes to the same.</summary>
    public bool IsConstant => References.Count == 0;

    /// <summary>Null if any expression in it is malformed; all errors are added to <paramref name="errors"/>.</summary>
    public static Template? Parse(JsonNode? source, ICollection<TemplateError> errors)
    {
        var parser = new TemplateParser(errors);
        var parsed = parser.Parse(source);
        return parser.HasFailed ? null : new Template(source, parsed);
    }

    /// <summary>The value, in nodes that belong to nobody else.</summary>
    /// <exception cref="ExpressionException">Something that it refers to is missing, or of a type that does not fit.</exception>
    public JsonNode? Evaluate(IScope scope) => _parsed.Evaluate(new Evaluation(scope), 0);

    /// <summary>The value as a condition, such as "when" of a step: true is true; false and null are false.</summary>
    /// <exception cref="ExpressionException">As for <see cref="Evaluate"/>, or it comes to anything else.</exception>
    public bool Holds(IScope scope)
    {
        var evaluation = new Evaluation(scope);
        return Logic.IsTrue(Value.Of(_parsed.Evaluate(evaluation, 0)), evaluation, 0, "A condition");
    }
}

/// <summary>What an expression may refer to: inputs, steps, item, …</summary>
public interface IScope
{
    /// <summary>False if there is no such root here.</summary>
    bool TryGet(string root, out JsonNode? value);

    /// <summary>The names that there are, for messages about others; empty if the scope does not tell.</summary>
    IEnumerable<string> Roots => [];
}

/// <summary>Something that a template refers to: ${steps.image.output.images[0]} is the root "steps" with the path "image", "output", "images", 0.</summary>
/// <param name="Path">Names and indexes as far as they are known before it is evaluated; a computed index or a wildcard ends it with null.</param>
/// <param name="Guarded">On the left of a ??, or otherwise where it may be missing.</param>
/// <param name="Pointer">Where in the template: a JSON pointer.</param>
/// <param name="Offset">Where in that string, from 0.</param>
public sealed record Reference(string Root, IReadOnlyList<object?> Path, bool Guarded, string Pointer, int Offset);

/// <param name="Pointer">Where in the template: a JSON pointer.</param>
/// <param name="Offset">Where in that string, from 0.</param>
public sealed record TemplateError(string Pointer, int Offset, string Message);

/// <summary>An expression that cannot be evaluated with what there is.</summary>
public sealed class ExpressionException(string pointer, int offset, string message) : Exception(message)
{
    public string Pointer { get; } = pointer;

    public int Offset { get; } = offset;
}
