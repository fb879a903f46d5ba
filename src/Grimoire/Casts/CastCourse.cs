using System.Globalization;
using Grimoire.Spells;

namespace Grimoire.Casts;

/// <summary>
/// How far a cast has come, and what may run next. Deterministic: the same calls give the same answers, so that an orchestration may ask it.
/// </summary>
public sealed class CastCourse
{
    /// <summary>The code of the failure of a cast that its budget has stopped.</summary>
    public const string BudgetExceeded = "budget.exceeded";

    readonly CastPlan _plan;
    readonly Dictionary<string, StepState> _states;
    readonly List<StepState> _handlers = [];
    readonly Dictionary<string, int> _attempts = [];
    decimal _reservedUsd;

    public CastCourse(CastPlan plan)
    {
        _plan = plan;
        _states = plan.Steps.Select((step, index) => new StepState(step, index + 1)).ToDictionary(state => state.Step.Id);
        foreach (var step in plan.Steps)
        {
            var state = _states[step.Id];
            state.After = [.. step.After.Select(State)];
            if (step.IsHandler)
            {
                _handlers.Add(state);
            }

            foreach (var handler in step.Catch.Select(clause => clause.Step).OfType<string>().Distinct())
            {
                State(handler).CaughtFrom.Add(state);
            }

            if (step.Reused is { } reused)
            {
                Settle(state, reused.Skipped ? StepStatus.Skipped : StepStatus.Completed, reused.Skipped ? null : reused.Output);
            }
        }
    }

    /// <summary>What has ended the cast, or will when the steps that still run have ended.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>What has been spent, by attempts that failed too.</summary>
    public decimal SpentUsd { get; private set; }

    /// <summary>How many steps are done, one way or another.</summary>
    public int Settled { get; private set; }

    /// <summary>The place of a step in the spell, from 1.</summary>
    public int PlaceOf(string step) => State(step).Place;

    /// <summary>The steps that may start now, in the order of the spell.</summary>
    public IReadOnlyList<PlannedStep> Next()
    {
        if (Failure is not null)
        {
            return [];
        }

        SettleHandlersThatNobodyNeeds();
        return [.. _plan.Steps.Where(MayStart)];
    }

    /// <exception cref="InvalidOperationException">It has started, or ended, already.</exception>
    public void Start(string step)
    {
        var state = State(step);
        state.Status = state.Status == StepStatus.Pending
            ? StepStatus.Running
            : throw new InvalidOperationException($"Step '{step}' cannot start: it is {state.Status.ToString().ToLowerInvariant()}.");
    }

    /// <summary>How many attempts each step has made.</summary>
    public IReadOnlyDictionary<string, int> Attempts => _attempts;

    public void Count(PlannedStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _attempts[step.Id] = _attempts.GetValueOrDefault(step.Id) + 1;
    }

    public void Spend(decimal usd) => SpentUsd += Math.Max(0, usd);

    /// <summary>So much is expected to be spent by what has begun; <see cref="Release"/> when it has ended.</summary>
    public void Reserve(decimal usd) => _reservedUsd += usd;

    public void Release(decimal usd) => _reservedUsd -= usd;

    /// <summary>Why an attempt at the step may not be paid for, or null if it may.</summary>
    public Failure? OverBudget(PlannedStep step)
    {
        if (_plan.BudgetUsd is not { } budget || (SpentUsd < budget && SpentUsd + _reservedUsd + step.EstimateUsd <= budget))
        {
            return null;
        }

        return new Failure
        {
            Code = BudgetExceeded,
            Message = string.Create(CultureInfo.InvariantCulture,
                $"The budget is {budget} USD: {SpentUsd} are spent, {_reservedUsd} are expected for what still runs, and step '{step.Id}' is expected to cost {step.EstimateUsd}."),
            Phase = Phase.Validate,
            Step = step.Id,
        };
    }

    public void Complete(string step, Payload output) => End(step, StepStatus.Completed, output);

    public void Skip(string step) => End(step, StepStatus.Skipped, null);

    public void Cancel(string step) => End(step, StepStatus.Cancelled, null);

    /// <summary>Where the failure of a step leads. For <see cref="FailureRoute.Value"/> the value is to be supplied by <see cref="Complete"/>.</summary>
    public FailureRoute Fail(string step, Failure failure, bool mayBeCaught = true)
    {
        var state = State(step);
        state.Failure = state.IsSettled ? state.Failure : failure;
        var clause = mayBeCaught && !state.IsSettled ? state.Step.Catch.FirstOrDefault(clause => clause.Catches(failure.Code)) : null;
        if (clause is { Step: null })
        {
            return FailureRoute.Value;
        }

        if (clause is { Step: { } handler } && State(handler) is { Status: StepStatus.Pending } free)
        {
            state.Status = StepStatus.Caught;
            free.Catches = step;
            return FailureRoute.Step;
        }

        End(step, StepStatus.Failed, null);
        if (state.Step.OnError == OnError.Continue)
        {
            return FailureRoute.Continue;
        }

        Failure ??= failure;
        return FailureRoute.Fails;
    }

    /// <summary>Ends the cast for a reason that is no step's failure, or that came before the step had begun.</summary>
    public void Stop(Failure failure) => Failure ??= failure;

    /// <summary>What expressions of others may see of these steps.</summary>
    public IReadOnlyDictionary<string, StepView> Views(IEnumerable<string> steps) =>
        steps.Where(_states.ContainsKey).ToDictionary(step => step, step => State(step).View());

    /// <summary>The failure that a step handles, if it is a handler that has been called.</summary>
    public Failure? Handles(string step) => State(step).Catches is { } failed ? State(failed).Failure : null;

    /// <summary>All steps that have an output or had none to give: what a redrive may take over.</summary>
    public StepStatus StatusOf(string step) => State(step).Status;

    bool MayStart(PlannedStep step)
    {
        var state = State(step.Id);
        return state.Status == StepStatus.Pending && (!step.IsHandler || state.Catches is not null) && state.IsNext();
    }

    /// <summary>A handler that no failure can come to any more is settled too: others may wait for it.</summary>
    void SettleHandlersThatNobodyNeeds()
    {
        bool changed;
        do
        {
            changed = false;
            foreach (var handler in _handlers)
            {
                if (handler is { Status: StepStatus.Pending, Catches: null } && handler.CaughtFrom.TrueForAll(step => step.IsSettled))
                {
                    Settle(handler, StepStatus.Skipped, null);
                    changed = true;
                }
            }
        }
        while (changed);
    }

    void End(string step, StepStatus status, Payload? output)
    {
        var state = State(step);
        Settle(state, status, output);

        // What a handler comes to is what the step that failed comes to.
        if (state.Catches is { } failed && State(failed) is { Status: StepStatus.Caught })
        {
            End(failed, status == StepStatus.Completed ? StepStatus.Completed : StepStatus.Failed, output);
        }
    }

    /// <summary>A step ends once: who says so later is not heard.</summary>
    void Settle(StepState state, StepStatus status, Payload? output)
    {
        if (state.IsSettled)
        {
            return;
        }

        Settled++;
        state.Status = status;
        state.Output = output;
    }

    StepState State(string step) => _states.TryGetValue(step, out var state)
        ? state
        : throw new ArgumentException($"There is no step '{step}' in '{_plan.Slug}', which has {_plan.Steps.Count} steps.", nameof(step));

    sealed class StepState(PlannedStep step, int place)
    {
        int _met;

        public PlannedStep Step { get; } = step;

        public int Place { get; } = place;

        public StepStatus Status { get; set; }

        public Payload? Output { get; set; }

        public Failure? Failure { get; set; }

        /// <summary>For a handler: the step whose failure it handles.</summary>
        public string? Catches { get; set; }

        /// <summary>For a handler: the steps that may lead to it.</summary>
        public List<StepState> CaughtFrom { get; } = [];

        public IReadOnlyList<StepState> After { get; set; } = [];

        public bool IsSettled => Status is not (StepStatus.Pending or StepStatus.Running or StepStatus.Caught);

        /// <summary>Whether all that comes before it is settled. What is settled stays so, and is not looked at again.</summary>
        public bool IsNext()
        {
            while (_met < After.Count && (After[_met].IsSettled || After[_met].Step.Id == Catches))
            {
                _met++;
            }

            return _met == After.Count;
        }

        public StepView View() => new(Status, Output, Failure);
    }
}

public enum StepStatus
{
    Pending,
    Running,

    /// <summary>It has failed, and the step that runs in its place has not ended yet.</summary>
    Caught,
    Completed,
    Skipped,
    Failed,
    Cancelled,
}

public enum FailureRoute
{
    /// <summary>The cast fails.</summary>
    Fails,

    /// <summary>The cast goes on without its output.</summary>
    Continue,

    /// <summary>Another step runs in its place.</summary>
    Step,

    /// <summary>A value stands for its output.</summary>
    Value,
}

/// <summary>What an expression may see of another step: ${steps.id.status}, .output, .error.</summary>
/// <param name="Output">Null where there is none: only a completed step has an output.</param>
public sealed record StepView(StepStatus Status, Payload? Output, Failure? Failure);
