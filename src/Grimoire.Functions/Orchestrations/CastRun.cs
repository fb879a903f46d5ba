using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>The course of one cast, from its begin to its end. How one step runs is <see cref="StepRun"/>'s.</summary>
sealed class CastRun(TaskOrchestrationContext context, CastOrder order) : IDisposable
{
    const int MaxReported = 10;

    readonly CastControls _controls = new(context);
    readonly List<RunningStep> _running = [];
    CastPlan? _plan;
    CastCourse? _course;

    public TaskOrchestrationContext Context => context;

    public string CastId => order.CastId;

    public CastControls Controls => _controls;

    public CastPlan Plan => _plan ?? throw new InvalidOperationException("The cast has not begun.");

    public CastCourse Course => _course ?? throw new InvalidOperationException("The cast has not begun.");

    /// <summary>When the cast as a whole has to be done.</summary>
    public DateTimeOffset? Deadline { get; private set; }

    public bool NeedsReconciliation { get; set; }

    /// <summary>Sub-casts that run.</summary>
    public List<string> Children { get; } = [];

    public async Task<CastOutcome> RunAsync()
    {
        if (order.Interpreter > CastPlan.CurrentInterpreter)
        {
            throw new NotSupportedException($"The cast was started for interpreter {order.Interpreter}; this is {CastPlan.CurrentInterpreter}.");
        }

        CastOutcome outcome;
        try
        {
            outcome = await InterpretAsync();
        }
        catch (TaskFailedException unexpected)
        {
            // Bookkeeping has failed for as long as it is retried: the cast ends with that as its reason, as far as that can still be written.
            _controls.Stop();
            NeedsReconciliation = true;
            var failure = Failures.Of(unexpected, Phase.Store);
            Report(CastStatus.Failed, failure);
            outcome = await EndAsync(CastStatus.Failed, failure);
        }
        finally
        {
            _controls.Stop();
            Dispose();
        }

        Report(outcome.Status, outcome.Failure);
        return outcome is { Status: CastStatus.Failed, Failure: { } why } ? throw new CastFailedException(Failures.Sentence(why)) : outcome;
    }

    public void Dispose() => _controls.Dispose();

    public Task<T> CallAsync<T>(string activity, object input, TaskOptions? options = null) =>
        context.CallActivityAsync<T>(activity, input, options ?? Policies.Bookkeeping);

    public Task RecordAsync(params CastEvent[] events) => CallAsync<bool>(nameof(RecordEvents), new EventBatch(CastId, events));

    /// <summary>False if the cast is stopped before the time has come.</summary>
    public async Task<bool> WaitUntilAsync(DateTimeOffset time)
    {
        try
        {
            await context.CreateTimer(time.UtcDateTime, _controls.Stopped);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Shows what the step is at.</summary>
    public void Show(PlannedStep step, int attempt, DateTimeOffset? waitsUntil = null)
    {
        Hide(step);
        _running.Add(new RunningStep(step.Id, CastReport.Short(step.Name), $"{Place(step)} of {Plan.Steps.Count}", attempt, waitsUntil));
        Report(_controls.IsPaused ? CastStatus.Paused : CastStatus.Running, null);
    }

    async Task<CastOutcome> InterpretAsync()
    {
        var start = await CallAsync<CastStart>(nameof(StartCast), order);
        if (start.Plan is null)
        {
            return await EndAsync(CastStatus.Failed, start.Failure);
        }

        _plan = start.Plan;
        _course = new CastCourse(_plan);
        Deadline = _plan.Timeout is { } timeout ? context.CurrentUtcDateTime + timeout : null;
        await RunStepsAsync();

        return await EndAsync(
            Course.Failure is not null ? CastStatus.Failed : _controls.IsCancelled ? CastStatus.Cancelled : CastStatus.Completed,
            Course.Failure);
    }

    async Task RunStepsAsync()
    {
        var running = new List<Task>();
        var timeout = Deadline is { } deadline ? context.CreateTimer(deadline.UtcDateTime, _controls.Stopped) : null;
        while (true)
        {
            if (!_controls.IsPaused && !_controls.IsCancelled)
            {
                foreach (var step in Course.Next())
                {
                    Course.Start(step.Id);
                    running.Add(RunStepAsync(step));
                }
            }

            if (running.Count == 0 && !(_controls.IsPaused && Course.Next().Count > 0))
            {
                return;
            }

            var ended = await Task.WhenAny([.. running, _controls.Next, .. timeout is null ? [] : new[] { timeout }]);
            if (ended == _controls.Next)
            {
                await TakeAsync(await _controls.Next);
            }
            else if (ended == timeout)
            {
                timeout = null;
                TimeOut();
            }
            else
            {
                running.Remove(ended);
                await ended;
            }
        }
    }

    async Task RunStepAsync(PlannedStep step)
    {
        try
        {
            await new StepRun(this, step).RunAsync();
        }
        finally
        {
            Hide(step);
        }
    }

    async Task TakeAsync(CastControl control)
    {
        var taken = _controls.Take(control);
        foreach (var child in Children)
        {
            context.SendEvent(child, CastControl.EventName, control);
        }

        if (taken is not null)
        {
            Report(_controls.IsPaused ? CastStatus.Paused : CastStatus.Running, null);
            await RecordAsync(taken);
        }
    }

    void TimeOut()
    {
        if (_controls.IsCancelled)
        {
            return;
        }

        Course.Stop(new Failure
        {
            Code = "cast.timeout",
            Message = $"The cast may take {Plan.Timeout}, and has.",
            Phase = Phase.Execute,
            Step = _running.FirstOrDefault()?.Id,
        });
        _controls.Stop();
        foreach (var child in Children)
        {
            context.SendEvent(child, CastControl.EventName, new CastControl(CastAction.Cancel, Reason: "The cast that it belongs to has taken too long."));
        }
    }

    Task<CastOutcome> EndAsync(CastStatus status, Failure? failure) =>
        CallAsync<CastOutcome>(nameof(FinishCast), new CastEnd(CastId, status, _course?.SpentUsd ?? 0)
        {
            Failure = failure,
            Reason = _controls.Reason,
            Views = status == CastStatus.Completed ? Course.Views(Plan.Uses) : new Dictionary<string, StepView>(),
        });

    void Report(CastStatus state, Failure? failure) => context.SetCustomStatus(new CastReport
    {
        State = state,
        Spell = _plan?.Slug ?? "",
        Version = _plan?.SpellVersion,
        Steps = _plan is null ? "" : $"{Course.Settled} of {_plan.Steps.Count}",
        Running = [.. _running.Take(MaxReported)],
        CostUsd = _course?.SpentUsd ?? 0,
        Error = failure is null ? null : CastReport.Short(Failures.Sentence(failure)),
        Code = failure?.Code,
        NeedsReconciliation = NeedsReconciliation ? true : null,
    });

    void Hide(PlannedStep step) => _running.RemoveAll(running => running.Id == step.Id);

    int Place(PlannedStep step) => Plan.Steps.TakeWhile(other => other.Id != step.Id).Count() + 1;
}
