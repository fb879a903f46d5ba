using System.Globalization;
using Grimoire.Documents;
using Grimoire.Expressions;
using Grimoire.Schemas;

namespace Grimoire.Spells;

/// <summary>Follows references through the schemas of what they refer to.</summary>
static class Flow
{
    /// <summary>What is known of what a reference comes to; null: nothing.</summary>
    public static SchemaView? ViewOf(Reference reference, SpellSubject subject, StepSubject? step) => Begin(reference, subject, step) switch
    {
        ({ } view, var path) => Walk(view, path, out _),
        _ => null,
    };

    /// <summary>What is wrong with the fields that a reference names; null: nothing that could be known.</summary>
    public static FieldProblem? ProblemOf(Reference reference, SpellSubject subject, StepSubject? step)
    {
        if (Begin(reference, subject, step) is not ({ } view, var path))
        {
            return null;
        }

        Walk(view, path, out var problem);
        return problem;
    }

    /// <summary>A path as it is written: images[0].url</summary>
    public static string Shown(string root, IEnumerable<object?> path) => path.Aggregate(root, (text, part) => part switch
    {
        int index => string.Create(CultureInfo.InvariantCulture, $"{text}[{index}]"),
        string name => $"{text}.{name}",
        _ => text + "[…]",
    });

    static (SchemaView? View, IReadOnlyList<object?> Path) Begin(Reference reference, SpellSubject subject, StepSubject? step)
    {
        if (reference.Root != Roots.Steps)
        {
            return (Roots.ViewOf(reference.Root, subject, step), reference.Path);
        }

        return reference.Path is [string id, "output", ..] && subject.ById.TryGetValue(id, out var source)
            ? (Roots.OutputOf(source), [.. reference.Path.Skip(2)])
            : (null, []);
    }

    static SchemaView? Walk(SchemaView view, IReadOnlyList<object?> path, out FieldProblem? problem)
    {
        problem = null;
        var current = view;
        for (var at = 0; at < path.Count; at++)
        {
            var before = path.Take(at).ToList();
            switch (path[at])
            {
                case string name:
                    if (current.Types() is { } types && !types.Contains("object"))
                    {
                        problem = new FieldProblem(before, name, IsCertain: true, $"is {Article(types)} and has no fields");
                        return null;
                    }

                    if (current.Field(name) is { } field)
                    {
                        current = field;
                        continue;
                    }

                    problem = Unknown(current, before, name);
                    return null;
                case int index:
                    if (current.Types() is { } kinds && !kinds.Contains("array"))
                    {
                        problem = new FieldProblem(before, null, IsCertain: true, $"is {Article(kinds)}, not an array");
                        return null;
                    }

                    if (current.Item(index < 0 ? int.MaxValue : index) is not { } item)
                    {
                        return null;
                    }

                    current = item;
                    continue;
                default:
                    return null;
            }
        }

        return current;
    }

    static FieldProblem? Unknown(SchemaView view, List<object?> before, string name) =>
        view.Fields.Contains(name) || view.IsCombined || (view.Fields.Count == 0 && !view.IsClosed)
            ? null
            : new FieldProblem(before, name, view.IsClosed, $"has no field '{name}'{Suggestion.Hint(name, view.Fields)}");

    internal static string Article(IReadOnlySet<string> types) => string.Join(" or ", types
        .Where(type => type != "integer" || !types.Contains("number"))
        .Select(type => type switch
        {
            "string" => "text",
            "integer" => "a whole number",
            "boolean" => "true or false",
            "null" => "null",
            "array" or "object" => "an " + type,
            _ => "a " + type,
        }));
}

/// <param name="Before">The path up to where it goes wrong.</param>
/// <param name="Name">The field that is not there.</param>
/// <param name="IsCertain">The schema rules it out; else it only does not mention it.</param>
/// <param name="Message">What is wrong with what <paramref name="Before"/> leads to.</param>
sealed record FieldProblem(IReadOnlyList<object?> Before, string? Name, bool IsCertain, string Message);
