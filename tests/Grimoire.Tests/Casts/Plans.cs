using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.Tests.Casts;

/// <summary>Manifests and plans of spells whose steps all call the tool "noop".</summary>
static class Plans
{
    public static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ToolDefinition Noop { get; } = new() { Id = "noop", Kind = "json.value", Cost = new ToolCost(EstimateUsd: 0.10m) };

    public static Step Step(string id, string? with = null, params string[] needs) =>
        new() { Id = id, Tool = "noop", With = with is null ? null : new JsonObject { ["value"] = with }, Needs = needs };

    public static CastManifest Manifest(params Step[] steps) => Manifest(StepOrder.Sequence, steps);

    public static CastManifest Manifest(StepOrder order, params Step[] steps) => new()
    {
        CastId = "main-0000000000000000000",
        Account = "main",
        Spell = new Spell { Slug = "sample", Steps = steps, Order = order },
        Tools = new Dictionary<string, ToolDefinition> { ["noop"] = Noop },
        Inputs = [],
        CreatedAt = Now,
    };

    public static CastCourse Course(params Step[] steps) => new(CastPlan.Of(Manifest(steps)));

    public static CastCourse Graph(params Step[] steps) => new(CastPlan.Of(Manifest(StepOrder.Graph, steps)));

    public static string Next(this CastCourse course) => string.Join(" ", course.Next().Select(step => step.Id));

    public static void Complete(this CastCourse course, string step)
    {
        course.Start(step);
        course.Complete(step, new Payload { Value = step });
    }

    public static FailureRoute Fail(this CastCourse course, string step, string code = "http.status")
    {
        course.Start(step);
        return course.Fail(step, Failure(step, code));
    }

    public static Failure Failure(string? step = null, string code = "http.status", bool transient = true) =>
        new() { Code = code, Message = "It failed.", Phase = Phase.Execute, Step = step, Transient = transient };
}
