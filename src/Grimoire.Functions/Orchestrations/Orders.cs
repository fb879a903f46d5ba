using System.Text.Json.Serialization;
using Grimoire.Casts;

namespace Grimoire.Functions.Orchestrations;

/// <summary>What an orchestration of a cast is started with: all else is in the manifest.</summary>
public sealed record CastOrder(string CastId, int Interpreter = CastPlan.CurrentInterpreter);

/// <summary>What people ask of a cast that runs; comes as the event <see cref="EventName"/>.</summary>
public sealed record CastControl(CastAction Action, string? By = null, string? Reason = null)
{
    public const string EventName = "control";
}

public enum CastAction
{
    Pause,
    Resume,
    Cancel,
}

/// <summary>What a step, or one element or attempt of it, is to be done with.</summary>
public record StepRequest(string CastId, string Step)
{
    public int? Item { get; init; }

    public int Attempt { get; init; } = 1;

    /// <summary>The steps that it refers to.</summary>
    public IReadOnlyDictionary<string, StepView> Views { get; init; } = new Dictionary<string, StepView>();

    /// <summary>For a handler: what it handles.</summary>
    public Failure? Error { get; init; }

    /// <summary>Since when it could begin.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>When the step has to be done.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Its tool was left alone the last time that it was asked for: this is the same attempt.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsHeld { get; init; }

    /// <summary>For a sub-cast: what it may spend.</summary>
    public decimal? BudgetUsd { get; init; }

    [JsonIgnore]
    public AttemptKey Key => new(CastId, Step, Item, Attempt);
}

/// <param name="Failure">The cast cannot begin.</param>
public sealed record CastStart(CastPlan? Plan, Failure? Failure)
{
    /// <summary>Its orders say since when they could be carried out. Not those of casts that began before orders could: their histories say what they say.</summary>
    public bool? SaysReadyAt { get; init; }

    /// <summary>Its end says how many attempts there were. The same holds for it.</summary>
    public bool? CountsAttempts { get; init; }
}

/// <param name="Runs">False: it is skipped.</param>
/// <param name="Items">For a step with forEach: how many elements.</param>
/// <param name="Failure">It cannot be told.</param>
public sealed record StepDecision(bool Runs, int? Items = null, Failure? Failure = null);

/// <summary>What came of one attempt, or that nothing has come of it yet.</summary>
public sealed record AttemptOutcome
{
    public Payload? Output { get; init; }

    public Failure? Failure { get; init; }

    public decimal CostUsd { get; init; }

    /// <summary>Somebody else runs the attempt, and is to be taken for dead no sooner than this.</summary>
    public DateTimeOffset? BusyUntil { get; init; }

    /// <summary>The tool is left alone until then, at least, and was not called: the attempt is to be asked for again.</summary>
    public DateTimeOffset? OpenUntil { get; init; }

    /// <summary>The attempt goes on by itself until then.</summary>
    public DateTimeOffset? WaitsUntil { get; init; }

    /// <summary>The attempt has started a job, which ends it.</summary>
    public JobWait? Job { get; init; }

    /// <summary>It has ended, but storage would not take its record: it travels here until storage does.</summary>
    public AttemptRecord? Unstored { get; init; }
}

/// <summary>How is the job of an attempt going?</summary>
/// <param name="Ask">Its provider is asked, unless it has said already that the job has ended.</param>
public sealed record JobQuestion(AttemptKey Attempt, bool Ask)
{
    /// <summary>Which try it is to get what the job has made.</summary>
    public int Try { get; init; } = 1;

    /// <summary>What its provider said the last time: only what is new is told.</summary>
    public string? Said { get; init; }

    public double? Progress { get; init; }
}

public sealed record JobAnswer
{
    /// <summary>The attempt has ended.</summary>
    public AttemptOutcome? Outcome { get; init; }

    /// <summary>The job has ended, and what it has made could not be had just now.</summary>
    public bool CollectAgain { get; init; }

    /// <summary>The last sign of life.</summary>
    public DateTimeOffset? HeardAt { get; init; }

    public string? Said { get; init; }

    public double? Progress { get; init; }

    /// <summary>The provider could not be asked.</summary>
    public Failure? Trouble { get; init; }
}

/// <summary>Nobody waits for the job of an attempt any more.</summary>
public sealed record JobEnd(AttemptKey Attempt, JobEndReason Why, Failure? Cause = null);

public enum JobEndReason
{
    Cancelled,
    StepIsOver,
    TimeIsOver,
    Silence,
    Gone,
}

/// <summary>An attempt that has ended, to be stored.</summary>
public sealed record AttemptEnd(AttemptRecord Record);

public sealed record WaitEnd(AttemptKey Attempt, bool Cancelled);

/// <param name="Thrown">How its orchestration failed, if it did.</param>
public sealed record SubCastEnd(AttemptKey Attempt, string ChildId, string? Thrown);

/// <param name="Items">What the elements came to, in order.</param>
public sealed record StepItems(string CastId, string Step, IReadOnlyList<Payload> Items);

public sealed record CostQuestion(IReadOnlyList<AttemptKey> Attempts);

public sealed record EventBatch(string CastId, IReadOnlyList<CastEvent> Events);

/// <summary>A cast is to end so.</summary>
public sealed record CastEnd(string CastId, CastStatus Status, decimal CostUsd)
{
    public Failure? Failure { get; init; }

    public string? Reason { get; init; }

    /// <summary>The steps that its output refers to.</summary>
    public IReadOnlyDictionary<string, StepView> Views { get; init; } = new Dictionary<string, StepView>();

    /// <summary>How many attempts each of its steps has made; null: nobody has counted.</summary>
    public IReadOnlyDictionary<string, int>? Attempts { get; init; }
}

/// <summary>How an orchestration of a cast that failed ends, so that every monitor shows it as failed, and why.</summary>
public sealed class CastFailedException(string message) : Exception(message);
