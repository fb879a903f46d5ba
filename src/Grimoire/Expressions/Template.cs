using System.Text.Json.Nodes;

namespace Grimoire.Expressions;

/// <summary>A JSON value in whose strings there may be ${…}: parsed once, evaluated as often as one likes.</summary>
public sealed class Template
{
    Template(JsonNode? source) => Source = source;

    public JsonNode? Source { get; }

    /// <summary>Everything that it refers to, in the order of its text.</summary>
    public IReadOnlyList<Reference> References { get; private init; } = [];

    /// <summary>It refers to nothing and always comes to the same.</summary>
    public bool IsConstant => References.Count == 0;

    /// <summary>Null if any expression in it is malformed; all errors are added to <paramref name="errors"/>.</summary>
    public static Template? Parse(JsonNode? source, ICollection<TemplateError> errors) => throw new NotImplementedException();

    /// <exception cref="ExpressionException">Something that it refers to is missing, or of a type that does not fit.</exception>
    public JsonNode? Evaluate(IScope scope) => throw new NotImplementedException();
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
