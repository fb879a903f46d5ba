using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Expressions;
using Grimoire.Schemas;
using Grimoire.Tools;

namespace Grimoire.Spells;

/// <summary>A spell while it is being checked: its templates parsed, its calls looked up, what has been found so far.</summary>
sealed class SpellSubject
{
    readonly JsonObject? _document;
    readonly List<Finding> _errors = [];
    readonly List<Finding> _warnings = [];

    public SpellSubject(Spell spell, ISpellCatalog catalog, JsonSchemas schemas, JsonObject? document)
    {
        (Spell, Catalog, Schemas, _document) = (spell, catalog, schemas, document);
        Steps = [.. spell.Steps.Select((step, index) => new StepSubject(this, step, index, document))];
        foreach (var step in Steps)
        {
            ById.TryAdd(step.Step.Id, step);
        }

        foreach (var step in Steps)
        {
            foreach (var clause in step.Step.Catch)
            {
                if (clause.Step is { } target && ById.TryGetValue(target, out var handler))
                {
                    handler.Handles.Add(step);
                }
            }
        }

        Output = Parse("output", "/output", spell.Output);
    }

    public Spell Spell { get; }

    public ISpellCatalog Catalog { get; }

    public JsonSchemas Schemas { get; }

    public IReadOnlyList<StepSubject> Steps { get; }

    public Dictionary<string, StepSubject> ById { get; } = new(StringComparer.Ordinal);

    public PlacedTemplate? Output { get; }

    public void Error(string pointer, string code, string message) => _errors.Add(new Finding(pointer, code, message));

    public void Warn(string pointer, string code, string message) => _warnings.Add(new Finding(pointer, code, message));

    public ValidationResult Result() => new(
        [.. _errors.Select(Placed).Distinct().OrderBy(finding => finding.Pointer, PointerOrder.Instance)],
        [.. _warnings.Select(Placed).Distinct().OrderBy(finding => finding.Pointer, PointerOrder.Instance)]);

    public PlacedTemplate? Parse(string field, string pointer, JsonNode? source)
    {
        if (source is null)
        {
            return null;
        }

        var errors = new List<TemplateError>();
        var template = Template.Parse(source, errors);
        foreach (var error in errors)
        {
            Error(pointer + error.Pointer, "expression.malformed", $"{error.Message} (at character {error.Offset + 1})");
        }

        return template is null ? null : new PlacedTemplate(field, pointer, template);
    }

    // What is missing from an object that is only there by default has no place of its own in the document.
    Finding Placed(Finding finding)
    {
        var pointer = finding.Pointer;
        while (_document is not null && pointer.Length > 0 && !JsonPointer.TryFind(_document, JsonPointer.Parent(pointer), out _))
        {
            pointer = JsonPointer.Parent(pointer);
        }

        return finding with { Pointer = pointer };
    }
}

/// <param name="Field">Which field of a step it is: "with", "when", …</param>
/// <param name="Pointer">Where it is in the document.</param>
sealed record PlacedTemplate(string Field, string Pointer, Template Template);

/// <summary>A step while it is being checked.</summary>
sealed class StepSubject
{
    public StepSubject(SpellSubject spell, Step step, int index, JsonObject? document)
    {
        (Step, Index) = (step, index);
        Pointer = JsonPointer.Append("/steps", index);
        Tool = step.Tool is { } tool ? spell.Catalog.FindTool(tool) : null;
        SubSpell = step.Spell is { } reference ? spell.Catalog.FindSpell(reference) : null;
        With = spell.Parse("with", Pointer + "/with", step.With);
        When = spell.Parse("when", Pointer + "/when", step.When);
        ForEach = spell.Parse("forEach", Pointer + "/forEach", step.ForEach);
        CatchPointers = ClausePointers(document);
        CatchValues = [.. step.Catch
            .Select((clause, clauseIndex) => clause.Step is null ? spell.Parse("catch", CatchPointers[clauseIndex] + "/value", clause.Value) : null)
            .OfType<PlacedTemplate>()];
        NeverRuns = When is { Template.IsConstant: true } && Constants.TryEvaluate(When.Template, out var value) && Constants.IsFalse(value);
    }

    public Step Step { get; }

    public int Index { get; }

    public string Pointer { get; }

    public ToolDefinition? Tool { get; }

    public Spell? SubSpell { get; }

    public PlacedTemplate? With { get; }

    public PlacedTemplate? When { get; }

    public PlacedTemplate? ForEach { get; }

    /// <summary>Where in the document each clause of <see cref="Step.Catch"/> is.</summary>
    public IReadOnlyList<string> CatchPointers { get; }

    public IReadOnlyList<PlacedTemplate> CatchValues { get; }

    /// <summary>The steps in whose place it runs when they fail; empty for most.</summary>
    public List<StepSubject> Handles { get; } = [];

    public bool IsHandler => Handles.Count > 0;

    /// <summary>Its condition is false whatever happens.</summary>
    public bool NeverRuns { get; }

    /// <summary>What it calls, for messages.</summary>
    public string Callee => Step.Tool is { } tool ? $"tool '{tool}'" : $"spell '{Step.Spell}'";

    public JsonObject? InputSchema => Tool?.Input ?? SubSpell?.Inputs;

    public IEnumerable<PlacedTemplate> Templates => new[] { With, When, ForEach }.OfType<PlacedTemplate>().Concat(CatchValues);

    /// <summary>Why it may have no output although the cast goes on; null if it always has one.</summary>
    public string? MayHaveNoOutput =>
        IsHandler ? "it runs only in place of a step that has failed"
        : Step.When is not null ? "its 'when' may skip it"
        : Step.OnError == OnError.Continue ? "it may fail and the cast goes on ('onError')"
        : null;

    List<string> ClausePointers(JsonObject? document)
    {
        var fields = document?["steps"] is JsonArray steps && Index < steps.Count ? steps[Index] as JsonObject : null;
        var pointers = new List<string>();
        if (fields?["onTimeout"] is JsonObject)
        {
            pointers.Add(Pointer + "/onTimeout");
        }

        var single = fields?["catch"] is JsonObject;
        for (var clause = 0; pointers.Count < Step.Catch.Count; clause++)
        {
            pointers.Add(single ? Pointer + "/catch" : JsonPointer.Append(Pointer + "/catch", clause));
        }

        return pointers;
    }
}
