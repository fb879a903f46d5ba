using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Spells;

namespace Grimoire.Casts;

/// <summary>What a cast that has ended is done again from, and what of it need not be done again.</summary>
/// <param name="FromStep">The first step that runs.</param>
/// <param name="Reused">Steps that are taken over, each with the step of the old cast that has its output.</param>
/// <param name="Resumed">Steps that had not ended well and start from what they started from before: their elements and sub-casts go on where they stopped.</param>
public sealed record RedrivePlan(string FromStep, IReadOnlyDictionary<string, ReuseSource> Reused, IReadOnlySet<string> Resumed)
{
    /// <param name="old">What the old cast started from.</param>
    /// <param name="view">What came of it.</param>
    /// <param name="wanted">What the new cast starts from: the same spell, or a newer version of it.</param>
    /// <param name="fromStep">Where to begin; null: at the step that failed, or that was to come when it was cancelled.</param>
    /// <returns>The plan, or why there can be none.</returns>
    public static (RedrivePlan? Plan, string? Problem) Of(CastManifest old, CastView view, CastManifest wanted, string? fromStep)
    {
        var steps = view.Steps.ToDictionary(step => step.Id);
        var handlers = old.Spell.Steps.SelectMany(step => step.Catch).Select(clause => clause.Step).OfType<string>().ToHashSet();
        var first = fromStep ?? view.Failure?.Step ?? view.Steps.FirstOrDefault(step => IsUnfinished(step) && !(step.Status == StepStatus.Pending && handlers.Contains(step.Id)))?.Id;
        if (first is null)
        {
            return (null, "Every step of the cast has ended well: say from which one it is to be done again.");
        }

        var plan = CastPlan.Of(wanted with { Redrive = null });
        if (plan.Steps.All(step => step.Id != first))
        {
            return (null, $"The spell has {plan.Steps.Count} steps, and no step '{first}' among them.");
        }

        // What runs again: that step, whatever has changed or has no result, and all that comes after any of these.
        var again = new HashSet<string> { first };
        var reused = new Dictionary<string, ReuseSource>();
        bool grown;
        do
        {
            grown = false;
            foreach (var step in plan.Steps.Where(step => !again.Contains(step.Id)))
            {
                var source = step.After.Any(again.Contains) || Changed(old, wanted, step.Id) ? null : SourceOf(steps, step);
                if (source is null)
                {
                    reused.Remove(step.Id);

                    // A handler that nothing was routed to has no result, and nobody has to wait for one.
                    grown |= !step.IsHandler && again.Add(step.Id);
                }
                else
                {
                    reused[step.Id] = source;
                }
            }
        }
        while (grown);

        // With other inputs, or after steps that run again, their elements may be others.
        var resumed = !JsonNode.DeepEquals(old.Inputs, wanted.Inputs)
            ? []
            : plan.Steps
                .Where(step => again.Contains(step.Id) && !step.After.Any(again.Contains) && !Changed(old, wanted, step.Id)
                    && steps[step.Id].Status is not (StepStatus.Completed or StepStatus.Skipped))
                .Select(step => step.Id);
        return (new RedrivePlan(first, reused, resumed.ToHashSet()), null);
    }

    static bool IsUnfinished(StepSummary step) => step.Status is StepStatus.Cancelled or StepStatus.Pending or StepStatus.Running;

    static ReuseSource? SourceOf(Dictionary<string, StepSummary> steps, PlannedStep step) =>
        !steps.TryGetValue(step.Id, out var was) ? null : was switch
        {
            { Status: StepStatus.Completed } => new ReuseSource(ReuseKind.Output, step.Id),
            { Status: StepStatus.Skipped } => step.IsHandler ? null : new ReuseSource(ReuseKind.Nothing, step.Id),
            { Status: StepStatus.Failed, CaughtBy: "value" } => new ReuseSource(ReuseKind.CaughtValue, step.Id),
            { Status: StepStatus.Failed, CaughtBy: { } handler } when steps.TryGetValue(handler, out var ran) && ran.Status == StepStatus.Completed =>
                new ReuseSource(ReuseKind.Output, handler),
            { Status: StepStatus.Failed } when step.OnError == OnError.Continue => new ReuseSource(ReuseKind.Nothing, step.Id),
            _ => null,
        };

    static bool Changed(CastManifest old, CastManifest wanted, string step) =>
        old.Spell.Steps.FirstOrDefault(was => was.Id == step) is not { } before
        || JsonSerializer.Serialize(before, DomainJson.Options) != JsonSerializer.Serialize(wanted.Step(step), DomainJson.Options);
}

/// <param name="Step">The step of the old cast that has it.</param>
public sealed record ReuseSource(ReuseKind Kind, string Step);

public enum ReuseKind
{
    /// <summary>What its attempts came to.</summary>
    Output,

    /// <summary>What its "catch" gave.</summary>
    CaughtValue,

    /// <summary>It was skipped, or failed and was passed over.</summary>
    Nothing,
}
