using Grimoire.Casts;
using Grimoire.Spells;

namespace Grimoire.Functions.Tests.Orchestrations.Support;

/// <summary>Plans, as short as tests want them.</summary>
static class Planned
{
    /// <summary>Retries at once, so to speak, and often.</summary>
    public static RetrySettings Retry { get; } =
        new() { MaxAttempts = 4, FirstInterval = TimeSpan.FromSeconds(2), Backoff = 3, MaxInterval = TimeSpan.FromSeconds(10) };

    public static PlannedStep Step(string id, params string[] after) => new()
    {
        Id = id,
        Kind = StepKind.Tool,
        Target = "noop",
        After = after,
        Uses = after,
        Retry = Retry,
    };

    public static PlannedStep Once(string id, params string[] after) => Step(id, after) with { Retry = Retry with { MaxAttempts = 1 } };

    public static PlannedStep SubCast(string id, params string[] after) => Once(id, after) with { Kind = StepKind.Spell, Target = "child" };

    public static PlannedStep ForEach(string id, int maxParallel, params string[] after) => Step(id, after) with { MaxParallel = maxParallel };

    /// <summary>One after the other.</summary>
    public static CastPlan Sequence(params PlannedStep[] steps)
    {
        string[] previous = [];
        var planned = new List<PlannedStep>();
        foreach (var step in steps)
        {
            planned.Add(step.IsHandler ? step : step with { After = previous, Uses = previous });
            previous = step.IsHandler ? previous : [step.Id];
        }

        return Graph([.. planned]);
    }

    public static CastPlan Graph(params PlannedStep[] steps) => new() { Slug = "sample", SpellVersion = 3, Steps = steps, Uses = [steps[^1].Id] };
}
