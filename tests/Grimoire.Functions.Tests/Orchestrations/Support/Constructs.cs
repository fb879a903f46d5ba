using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Spells;

namespace Grimoire.Functions.Tests.Orchestrations.Support;

/// <param name="Script">What its activities answer; a new one for each cast.</param>
/// <param name="Controls">What is asked of it, each when its report shows what is to be waited for.</param>
sealed record Construct(Func<Script> Script, params (Func<CastReport, bool> When, CastAction Action)[] Controls);

/// <summary>A cast for everything that a spell can do, and for what may come in its way.</summary>
static class Constructs
{
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    static readonly RetrySettings Quick = new() { FirstInterval = Moment, MaxInterval = TimeSpan.FromSeconds(1) };

    public static IReadOnlyDictionary<string, Construct> All { get; } = new Dictionary<string, Construct>
    {
        ["sequence"] = new(() => new Script(Planned.Sequence(Step("a"), Step("b"), Step("c")))),
        ["when"] = new(() => new Script(Planned.Sequence(Step("a"), Step("b") with { IsConditional = true }, Step("c"))) { Decide = _ => new StepDecision(false) }),
        ["for-each"] = new(() => new Script(Planned.Sequence(Step("each") with { MaxParallel = 2 }))
        {
            Decide = _ => new StepDecision(true, 5),
            Tool = order => order is { Item: 3, Attempt: 1 } ? Support.Script.Failed(transient: true) : Support.Script.Done(order),
        }),
        ["graph"] = new(() => new Script(Planned.Graph(Step("a"), Step("b", "a"), Step("c", "a"), Step("d", "b", "c"), Step("e")))),
        ["catch-step"] = new(() => new Script(Planned.Sequence(Step("a") with { Catch = [new PlannedCatch(["http.*"], "plan-b")] }, Step("plan-b") with { IsHandler = true }, Step("c")))
        {
            Tool = order => order.Step == "a" ? Support.Script.Failed() : Support.Script.Done(order),
        }),
        ["catch-value"] = new(() => new Script(Planned.Sequence(Step("a") with { Catch = [new PlannedCatch(["*"], null)] }, Step("b")))
        {
            Tool = order => order.Step == "a" ? Support.Script.Failed() : Support.Script.Done(order),
        }),
        ["continue"] = new(() => new Script(Planned.Sequence(Step("a") with { OnError = OnError.Continue }, Step("b")))
        {
            Tool = order => order.Step == "a" ? Support.Script.Failed() : Support.Script.Done(order),
        }),
        ["failure"] = new(() => new Script(Planned.Sequence(Step("a"), Step("b"))) { Tool = _ => Support.Script.Failed() }),
        ["retry"] = new(() => new Script(Planned.Sequence(Step("a"), Step("b")))
        {
            Tool = order => order is { Step: "a", Attempt: < 3 } ? Support.Script.Failed(transient: true, retryAfter: order.Attempt == 2 ? 2 * Moment : null) : Support.Script.Done(order),
        }),
        ["activity-throws"] = new(() => Thrower()),
        ["wait"] = new(() => new Script(Planned.Sequence(Step("a"), Step("b"))) { Tool = order => order.Step == "a" ? Waits(Moment) : Support.Script.Done(order) }),
        ["busy"] = new(() => BusyOnce()),
        ["unstored"] = new(() => new Script(Planned.Sequence(Step("a"), Step("b")))
        {
            Tool = order => order.Step == "a" ? new AttemptOutcome { Unstored = Record(order) } : Support.Script.Done(order),
        }),
        ["sub-cast"] = new(() => new Script(Planned.Sequence(Planned.SubCast("sub"), Step("b"))) { Child = Planned.Sequence(Step("a")) }),
        ["sub-cast-fails"] = new(() => new Script(Planned.Sequence(Planned.SubCast("sub"), Step("b"))) { Child = Planned.Sequence(Step("a")), Tool = _ => Support.Script.Failed() }),
        ["budget"] = new(() => new Script(Planned.Sequence(Step("a"), Step("b")) with { BudgetUsd = 1 }) { Tool = order => Support.Script.Done(order) with { CostUsd = 2 } }),
        ["cast-timeout"] = new(() => new Script(Planned.Sequence(Step("a"), Step("b")) with { Timeout = 2 * Moment }) { Tool = _ => Waits(TimeSpan.FromDays(1)) }),
        ["step-timeout"] = new(() => new Script(Planned.Sequence(Step("a") with { Timeout = 2 * Moment }, Step("b"))) { Tool = _ => Waits(TimeSpan.FromDays(1)) }),
        ["sub-cast-timeout"] = new(() => new Script(Planned.Sequence(Planned.SubCast("sub") with { Timeout = 3 * Moment })) { Child = Planned.Sequence(Step("a")), Tool = CancelledWait }),
        ["pause-resume"] = new(
            () => new Script(Planned.Sequence(Step("a"), Step("b"))) { Tool = order => order.Step == "a" ? Waits(15 * Moment) : Support.Script.Done(order) },
            (IsWaiting, CastAction.Pause), (report => report.State == CastStatus.Paused, CastAction.Resume)),
        ["cancel"] = new(() => new Script(Planned.Sequence(Step("a"), Step("b"))) { Tool = _ => Waits(TimeSpan.FromDays(1)) }, (IsWaiting, CastAction.Cancel)),
        ["cancel-sub-cast"] = new(
            () => new Script(Planned.Sequence(Planned.SubCast("sub"))) { Child = Planned.Sequence(Step("a")), Tool = CancelledWait },
            (report => report.Running.Count > 0, CastAction.Cancel)),
    };

    static PlannedStep Step(string id, params string[] after) => Planned.Step(id, after) with { Retry = Quick };

    static bool IsWaiting(CastReport report) => report.Running.Any(step => step.WaitsUntil is not null);

    static AttemptOutcome Waits(TimeSpan time) => new() { WaitsUntil = TimeProvider.System.GetUtcNow() + time };

    /// <summary>In the sub-cast a wait; for the step that casts it, that the wait was cancelled.</summary>
    static AttemptOutcome CancelledWait(StepRequest order) => order.Step == "sub" ? Support.Script.Failed(AttemptRun.CancelledCode) : Waits(TimeSpan.FromDays(1));

    static Script Thrower()
    {
        var calls = 0;
        return new Script(Planned.Sequence(Step("a"), Step("b")))
        {
            Before = (activity, _) =>
            {
                if (activity == nameof(RunTool) && ++calls == 1)
                {
                    throw new SimulatedFailure("StorageException", "It is away.");
                }
            },
        };
    }

    static Script BusyOnce()
    {
        var calls = 0;
        return new Script(Planned.Sequence(Step("a")))
        {
            Tool = order => ++calls == 1 ? new AttemptOutcome { BusyUntil = TimeProvider.System.GetUtcNow() + Moment } : Support.Script.Done(order),
        };
    }

    static AttemptRecord Record(StepRequest order) => new()
    {
        CastId = order.CastId,
        Step = order.Step,
        Attempt = order.Attempt,
        Tool = "noop",
        Status = AttemptStatus.Succeeded,
        IdempotencyKey = order.Key.IdempotencyKey,
        StartedAt = Support.Script.Now,
        Output = "paid",
    };
}
