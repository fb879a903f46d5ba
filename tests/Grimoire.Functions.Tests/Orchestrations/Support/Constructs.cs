using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests.Orchestrations.Support;

/// <param name="Script">What its activities answer; a new one for each cast.</param>
/// <param name="Controls">What is asked of it, each when its report shows what is to be waited for.</param>
sealed record Construct(Func<Script> Script, params (Func<CastReport, bool> When, CastAction Action)[] Controls)
{
    /// <summary>When the callback of the job of step "a" comes; null: it does not.</summary>
    public Func<Script, bool>? CallsBack { get; init; }
}

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
        ["held"] = new(() => HeldOnce()),
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
        ["job-callback"] = new(() => Job(Until(TimeSpan.FromDays(1)))) { CallsBack = _ => true },
        ["job-poll"] = new(() => Polled(isPolled: true)),
        ["job-callback-late"] = new(() => Polled(isPolled: false)),
        ["job-callback-while-polled"] = new(AskedInVain) { CallsBack = script => script.Inputs<JobQuestion>().Any(question => question.Ask) },
        ["job-collected-later"] = new(Collected),
        ["job-time-over"] = new(() => Job(Until(2 * Moment))),
        ["job-silent"] = new(() => Job(Until(TimeSpan.FromDays(1)) with { Heartbeat = 2 * Moment }, _ => new JobAnswer())),
        ["job-cancelled"] = new(() => Job(Until(TimeSpan.FromDays(1))), (IsWaiting, CastAction.Cancel)),
        ["job-lost"] = new(() => new Script(Planned.Sequence(Step("a"), Step("b")))
        {
            Tool = order => order is { Step: "a", Attempt: 1 } ? Support.Script.Failed(AttemptLedger.LostCode, transient: true) : Support.Script.Done(order),
            Cost = _ => 0.5m,
        }),
    };

    /// <summary>A step "a" whose job is waited for so, and a step after it.</summary>
    static Script Job(JobWait wait, Func<JobQuestion, JobAnswer>? answer = null) => new(Planned.Sequence(Step("a"), Step("b")))
    {
        Tool = order => order is { Step: "a", Attempt: 1 } ? new AttemptOutcome { Job = wait } : Support.Script.Done(order),
        Job = answer ?? (_ => Ended()),
        Cost = _ => 0.5m,
    };

    static JobWait Until(TimeSpan time) => new(TimeProvider.System.GetUtcNow() + time);

    static JobAnswer Ended() => new() { Outcome = new AttemptOutcome { Output = new Payload { Value = "made" }, CostUsd = 0.25m } };

    /// <summary>A job that is asked about, and has ended when it is asked for the third time.</summary>
    static Script Polled(bool isPolled)
    {
        var wait = Until(TimeSpan.FromDays(1)) with { IsPolled = isPolled, AskFrom = TimeProvider.System.GetUtcNow() + Moment, Pauses = new AskPauses(Moment, 1.5, 2 * Moment) };
        var questions = 0;
        return Job(wait, _ => ++questions == 3 ? Ended() : new JobAnswer { HeardAt = TimeProvider.System.GetUtcNow(), Said = "running", Progress = questions / 10.0 });
    }

    /// <summary>A job that is asked about, and of whose end only a callback tells.</summary>
    static Script AskedInVain() => Job(
        Until(TimeSpan.FromDays(1)) with { AskFrom = TimeProvider.System.GetUtcNow() + Moment, Pauses = new AskPauses(TimeSpan.FromHours(1), 1, TimeSpan.FromHours(1)) },
        question => question.Ask ? new JobAnswer { HeardAt = TimeProvider.System.GetUtcNow(), Said = "running" } : Ended());

    /// <summary>What a job has made can be had at the second try.</summary>
    static Script Collected()
    {
        var questions = 0;
        return Job(Until(TimeSpan.FromDays(1)) with { LooksFirst = true }, _ => ++questions == 1 ? new JobAnswer { CollectAgain = true } : Ended());
    }

    static PlannedStep Step(string id, params string[] after) => Planned.Step(id, after) with { Retry = Quick };

    public static bool IsWaiting(CastReport report) => report.Running.Any(step => step.WaitsUntil is not null);

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

    static Script HeldOnce()
    {
        var calls = 0;
        return new Script(Planned.Sequence(Step("a"), Step("b")))
        {
            Tool = order => ++calls == 1 ? new AttemptOutcome { OpenUntil = TimeProvider.System.GetUtcNow() + Moment } : Support.Script.Done(order),
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
