using System.Text.Json.Nodes;
using Grimoire.Expressions;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.Casts;

/// <summary>What an interpreter has to know of a spell to run it: which steps, after which others, how often. No payloads: it lives in histories.</summary>
public sealed record CastPlan
{
    /// <summary>The interpreter that this is for. A newer one runs older plans as they were meant, an older one refuses newer plans.</summary>
    public const int CurrentInterpreter = 1;

    public int Interpreter { get; init; } = CurrentInterpreter;

    public required string Slug { get; init; }

    public int? SpellVersion { get; init; }

    public required IReadOnlyList<PlannedStep> Steps { get; init; }

    public decimal? BudgetUsd { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>Steps whose output the output of the cast refers to.</summary>
    public required IReadOnlyList<string> Uses { get; init; }

    /// <exception cref="InvalidDataException">The manifest names a tool or spell that is not in it, or has an expression that cannot be read.</exception>
    public static CastPlan Of(CastManifest manifest)
    {
        var spell = manifest.Spell;
        var handlers = spell.Steps.SelectMany(step => step.Catch).Select(clause => clause.Step).OfType<string>().ToHashSet();
        var steps = new List<PlannedStep>(spell.Steps.Count);
        string? previous = null;
        foreach (var step in spell.Steps)
        {
            var planned = PlannedStep.Of(step, manifest, handlers.Contains(step.Id));
            steps.Add(spell.Order == StepOrder.Graph
                ? planned with { After = [.. planned.Uses.Union(step.Needs)] }
                : planned with { After = previous is null || planned.IsHandler ? [] : [previous] });
            previous = planned.IsHandler ? previous : step.Id;
        }

        return new CastPlan
        {
            Slug = spell.Slug,
            SpellVersion = manifest.SpellVersion,
            Steps = steps,
            BudgetUsd = manifest.BudgetUsd ?? spell.BudgetUsd,
            Timeout = spell.Timeout,
            Uses = spell.Output is null ? LastStep(steps) : StepsIn([spell.Output]),
        };
    }

    /// <summary>The steps that templates refer to, each once.</summary>
    internal static IReadOnlyList<string> StepsIn(IEnumerable<JsonNode?> templates)
    {
        var errors = new List<TemplateError>();
        var steps = templates
            .Select(template => Template.Parse(template, errors))
            .OfType<Template>()
            .SelectMany(template => template.References)
            .Where(reference => reference is { Root: "steps", Path: [string, ..] })
            .Select(reference => (string)reference.Path[0]!)
            .Distinct()
            .ToList();
        return errors is [] ? steps : throw new InvalidDataException($"An expression cannot be read: {errors[0].Message}");
    }

    static IReadOnlyList<string> LastStep(List<PlannedStep> steps) => [.. steps.Where(step => !step.IsHandler).TakeLast(1).Select(step => step.Id)];
}

/// <summary>A step as an interpreter sees it.</summary>
public sealed record PlannedStep
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public required StepKind Kind { get; init; }

    /// <summary>The tool's id, or how the step calls the spell.</summary>
    public required string Target { get; init; }

    /// <summary>Steps that have to be settled before it starts.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Steps that it refers to.</summary>
    public IReadOnlyList<string> Uses { get; init; } = [];

    /// <summary>It has a "when".</summary>
    public bool IsConditional { get; init; }

    /// <summary>How many of its elements run at once; null if it has no "forEach".</summary>
    public int? MaxParallel { get; init; }

    public required RetrySettings Retry { get; init; }

    public TimeSpan? Timeout { get; init; }

    public IReadOnlyList<PlannedCatch> Catch { get; init; } = [];

    public OnError OnError { get; init; }

    /// <summary>It runs only when a failure is routed to it.</summary>
    public bool IsHandler { get; init; }

    /// <summary>What one attempt is expected to cost.</summary>
    public decimal EstimateUsd { get; init; }

    /// <summary>Set for a step of a redriven cast that is not run again.</summary>
    public ReusedStep? Reused { get; init; }

    /// <summary>Elements of a redriven forEach that are not run again.</summary>
    public IReadOnlyDictionary<int, Payload>? ReusedItems { get; init; }

    public const int DefaultMaxParallel = 4;

    internal static PlannedStep Of(Step step, CastManifest manifest, bool isHandler)
    {
        ToolDefinition? tool = null;
        if (step.Tool is { } name && !manifest.Tools.TryGetValue(name, out tool))
        {
            throw new InvalidDataException($"Step '{step.Id}' calls the tool '{name}', which the cast has not got.");
        }

        if (step.Spell is { } reference && !manifest.Spells.ContainsKey(reference))
        {
            throw new InvalidDataException($"Step '{step.Id}' casts the spell '{reference}', which the cast has not got.");
        }

        ReusedStep? reused = null;
        manifest.Redrive?.Reused.TryGetValue(step.Id, out reused);
        return new PlannedStep
        {
            Id = step.Id,
            Name = step.Name,
            Kind = tool is null ? StepKind.Spell : tool.Kind == "wait" ? StepKind.Wait : StepKind.Tool,
            Target = tool?.Id ?? step.Spell!,
            Uses = CastPlan.StepsIn([step.With, step.When, step.ForEach, .. step.Catch.Select(clause => clause.Value)]),
            IsConditional = step.When is not null,
            MaxParallel = step.ForEach is null ? null : step.MaxParallel ?? DefaultMaxParallel,
            // A sub-cast has retried its own steps: another one is for who asks for it.
            Retry = step.Retry ?? tool?.Retry ?? (tool is null ? RetrySettings.Default with { MaxAttempts = 1 } : RetrySettings.Default),
            Timeout = step.Timeout,
            Catch = [.. step.Catch.Select(clause => new PlannedCatch(clause.Errors, clause.Step))],
            OnError = step.OnError,
            IsHandler = isHandler,
            EstimateUsd = tool?.Cost.EstimateUsd ?? tool?.Cost.Usd ?? 0,
            Reused = reused,
            ReusedItems = manifest.Redrive?.Resumed.GetValueOrDefault(step.Id)?.ToDictionary(reused => reused.Item, reused => reused.Output),
        };
    }
}

public enum StepKind
{
    Tool,
    Spell,
    Wait,
}

/// <param name="Step">The step that runs instead; null: a value stands for the output.</param>
public sealed record PlannedCatch(IReadOnlyList<string> Errors, string? Step)
{
    public bool Catches(string code) => Errors.Any(pattern => ErrorPattern.Matches(pattern, code));
}
