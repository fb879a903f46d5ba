using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;

namespace Grimoire.Functions.Tests.Orchestrations.Support;

/// <summary>What the activities of a cast answer, and what the real ones would have written to its journal.</summary>
sealed class Script(CastPlan plan)
{
    public static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly ConcurrentQueue<CastEvent> _journal = new();
    readonly ConcurrentQueue<object> _inputs = new();

    /// <summary>Of its sub-casts.</summary>
    public CastPlan? Child { get; init; }

    public Func<StepRequest, AttemptOutcome> Tool { get; init; } = Done;

    public Func<StepRequest, StepDecision> Decide { get; init; } = _ => new StepDecision(Runs: true);

    /// <summary>How the job of an attempt is going.</summary>
    public Func<JobQuestion, JobAnswer> Job { get; init; } = _ => new JobAnswer();

    /// <summary>What the record of an attempt says that it has cost.</summary>
    public Func<AttemptKey, decimal> Cost { get; init; } = _ => 0;

    /// <summary>Called before each activity, with its name and input; what it throws is what the activity fails with.</summary>
    public Action<string, object> Before { get; init; } = (_, _) => { };

    /// <summary>Of the cast itself, each event once.</summary>
    public IReadOnlyList<CastEvent> Journal => [.. _journal.DistinctBy(e => e.Id)];

    /// <summary>What could not be written to it.</summary>
    public List<CastEvent> Untold { get; } = [];

    public IEnumerable<T> Inputs<T>() => _inputs.OfType<T>();

    /// <summary>What was asked of tools.</summary>
    public IEnumerable<StepRequest> ToolOrders => Inputs<ToolOrder>();

    /// <summary>The attempts at tools, in the order in which they began: "a", "a#2", "a[3]".</summary>
    public IReadOnlyList<string> Attempts =>
        [.. Inputs<StepRequest>().Where(order => order.GetType() == typeof(ToolOrder)).Select(order => order.Key.Place + (order.Attempt > 1 ? $"#{order.Attempt}" : ""))];

    public static AttemptOutcome Done(StepRequest order) => new() { Output = new Payload { Value = $"{order.Key.Place}#{order.Attempt}" } };

    public static AttemptOutcome Failed(string code = "http.status", bool transient = false, TimeSpan? retryAfter = null) =>
        new() { Failure = new Failure { Code = code, Message = "The provider says no.", Phase = Phase.Execute, Transient = transient, RetryAfter = retryAfter } };

    /// <summary>An attempt has ended well without any of its activities having said so.</summary>
    public AttemptOutcome Settle(AttemptKey attempt) => Settled(attempt, new AttemptOutcome { Output = new Payload { Value = "done" } });

    public object? Answer(string activity, object input)
    {
        try
        {
            Before(activity, input);
        }
        catch (SimulatedFailure) when (input is EventBatch batch)
        {
            Untold.AddRange(batch.Events);
            throw;
        }

        _inputs.Enqueue(activity == nameof(RunTool) ? new ToolOrder((StepRequest)input) : input);
        return (activity, input) switch
        {
            (nameof(StartCast), CastOrder order) => new CastStart(CastIds.IsChild(order.CastId) ? Child! : plan, null),
            (nameof(RunTool), StepRequest order) => Ran(order),
            (nameof(DecideStep), StepRequest order) => Decide(order),
            (nameof(CombineItems), StepItems items) => Combined(items),
            (nameof(SupplyValue), StepRequest) => new AttemptOutcome { Output = new Payload { Value = "instead" } },
            (nameof(StoreAttempt), AttemptEnd end) => new AttemptOutcome { Output = new Payload { Value = end.Record.Output?.DeepClone() } },
            (nameof(EndWait), WaitEnd end) => end.Cancelled ? Failed(AttemptRun.CancelledCode) : Settled(end.Attempt, new AttemptOutcome { Output = new Payload { Value = "waited" } }),
            (nameof(PrepareSubCast), StepRequest order) => Begun(order.Key),
            (nameof(CollectSubCast), SubCastEnd end) => Settled(end.Attempt, Tool(new StepRequest(end.Attempt.CastId, end.Attempt.Step) { Item = end.Attempt.Item, Attempt = end.Attempt.Number })),
            (nameof(CheckJob), JobQuestion question) => Checked(question),
            (nameof(EndJob), JobEnd end) => Settled(end.Attempt, end.Why == JobEndReason.Cancelled ? Failed(AttemptRun.CancelledCode) : Failed($"job.{end.Why}", end.Why != JobEndReason.StepIsOver)),
            (nameof(CountCosts), CostQuestion question) => question.Attempts.Select(Cost).ToList(),
            (nameof(RecordEvents), EventBatch batch) => Write(batch.CastId, batch.Events),
            (nameof(FinishCast), CastEnd end) => Finished(end),
            _ => throw new ArgumentException($"No activity '{activity}' takes a {input.GetType().Name}.", nameof(activity)),
        };
    }

    AttemptOutcome Ran(StepRequest order)
    {
        var outcome = Tool(order);
        if (outcome.BusyUntil is not null)
        {
            return outcome;
        }

        Begun(order.Key);
        return outcome.WaitsUntil is null && outcome.OpenUntil is null && outcome.Job is null ? Settled(order.Key, outcome) : outcome;
    }

    JobAnswer Checked(JobQuestion question)
    {
        var answer = Job(question);
        return answer.Outcome is { } outcome ? answer with { Outcome = Settled(question.Attempt, outcome) } : answer;
    }

    AttemptOutcome Begun(AttemptKey attempt)
    {
        Write(attempt.CastId, CastEvents.Begun(Record(attempt, AttemptStatus.Running)));
        return new AttemptOutcome();
    }

    AttemptOutcome Settled(AttemptKey attempt, AttemptOutcome outcome)
    {
        var status = outcome.Failure switch
        {
            null => AttemptStatus.Succeeded,
            { Code: AttemptRun.CancelledCode } => AttemptStatus.Cancelled,
            _ => AttemptStatus.Failed,
        };
        Write(attempt.CastId, CastEvents.Of(Record(attempt, status) with { Failure = outcome.Failure, CostUsd = outcome.CostUsd }, endsStep: attempt.Item is null));
        return outcome with { Failure = outcome.Failure?.In(attempt.Step, attempt.Item, attempt.Number, "noop") };
    }

    AttemptOutcome Combined(StepItems items)
    {
        Write(items.CastId, [CastEvents.Step(CastEvents.StepStarted, items.Step, Now), CastEvents.Step(CastEvents.StepCompleted, items.Step, Now)]);
        return new AttemptOutcome { Output = new Payload { Value = new JsonArray([.. items.Items.Select(item => item.Value?.DeepClone())]) } };
    }

    CastOutcome Finished(CastEnd end)
    {
        var type = end.Status switch
        {
            CastStatus.Completed => CastEvents.CastCompleted,
            CastStatus.Cancelled => CastEvents.CastCancelled,
            _ => CastEvents.CastFailed,
        };
        Write(end.CastId, [CastEvents.Ended(type, Now, end.CostUsd, end.Failure, end.Reason)]);
        return new CastOutcome { Status = end.Status, Failure = end.Failure, CostUsd = end.CostUsd, Output = end.Views.Values.FirstOrDefault()?.Output ?? Payload.Nothing };
    }

    bool Write(string castId, IEnumerable<CastEvent> events)
    {
        // A sub-cast has a journal of its own.
        foreach (var e in events.Where(_ => !CastIds.IsChild(castId)))
        {
            _journal.Enqueue(e);
        }

        return true;
    }

    static AttemptRecord Record(AttemptKey attempt, AttemptStatus status) => new()
    {
        CastId = attempt.CastId,
        Step = attempt.Step,
        Item = attempt.Item,
        Attempt = attempt.Number,
        Tool = "noop",
        Status = status,
        IdempotencyKey = attempt.IdempotencyKey,
        StartedAt = Now,
        EndedAt = status == AttemptStatus.Running ? null : Now,
    };

    /// <summary>Tells a call of the tool from other activities that take the same.</summary>
    sealed record ToolOrder : StepRequest
    {
        public ToolOrder(StepRequest order)
            : base(order)
        {
        }
    }
}
