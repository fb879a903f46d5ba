using System.Text.Json.Nodes;
using Grimoire.Expressions;

namespace Grimoire.Spells;

/// <summary>The steps of a spell and what connects them: for people to look at, also while the spell is not valid yet.</summary>
public sealed record SpellGraph(StepOrder Order, IReadOnlyList<SpellGraphStep> Steps)
{
    public static SpellGraph Of(Spell spell)
    {
        var ids = spell.Steps.Select(step => step.Id).ToHashSet();
        var handlers = spell.Steps.SelectMany(step => step.Catch).Select(clause => clause.Step).OfType<string>().ToHashSet();
        var steps = new List<SpellGraphStep>(spell.Steps.Count);
        string? previous = null;
        foreach (var step in spell.Steps)
        {
            string[] uses = [.. Referred([step.With, step.When, step.ForEach, .. step.Catch.Select(clause => clause.Value)]).Where(ids.Contains)];
            var isHandler = handlers.Contains(step.Id);
            steps.Add(new SpellGraphStep(step.Id)
            {
                Name = step.Name,
                Tool = step.Tool,
                Spell = step.Spell,
                After = spell.Order == StepOrder.Graph ? [.. uses.Union(step.Needs.Where(ids.Contains))]
                    : isHandler || previous is null ? []
                    : [previous],
                Uses = uses,
                OnFailure = [.. step.Catch.Select(clause => clause.Step).OfType<string>().Where(ids.Contains).Distinct()],
                IsConditional = step.When is not null,
                IsForEach = step.ForEach is not null,
                IsHandler = isHandler,
            });
            previous = isHandler ? previous : step.Id;
        }

        return new SpellGraph(spell.Order, steps);
    }

    /// <summary>Each once; of what cannot be read, nothing: the findings tell of that.</summary>
    static IEnumerable<string> Referred(IEnumerable<JsonNode?> templates) => templates
        .Select(template => Template.Parse(template, []))
        .OfType<Template>()
        .SelectMany(template => template.References)
        .Where(reference => reference is { Root: "steps", Path: [string, ..] })
        .Select(reference => (string)reference.Path[0]!)
        .Distinct();
}

/// <summary>A step, and its connections to others.</summary>
public sealed record SpellGraphStep(string Id)
{
    public string? Name { get; init; }

    public string? Tool { get; init; }

    public string? Spell { get; init; }

    /// <summary>Steps that have to be settled before it starts.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Steps whose results it refers to.</summary>
    public IReadOnlyList<string> Uses { get; init; } = [];

    /// <summary>Steps that run in its place if it fails.</summary>
    public IReadOnlyList<string> OnFailure { get; init; } = [];

    public bool IsConditional { get; init; }

    public bool IsForEach { get; init; }

    /// <summary>It runs only in place of one that has failed.</summary>
    public bool IsHandler { get; init; }
}
