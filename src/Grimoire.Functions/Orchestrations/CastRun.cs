using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>The course of one cast, from its begin to its end. How one step runs is <see cref="StepRun"/>'s.</summary>
sealed class CastRun(TaskOrchestrationContext context, CastOrder order) : IDisposable
{
    const int MaxReported = 8;

    readonly CastControls _controls = new(context);
    readonly List<RunningStep> _running = [];
    readonly List<Task> _steps = [];
    readonly Dictionary<AttemptKey, decimal> _unsure = [];
    CastStart? _start;
    CastPlan? _plan;
    CastCourse? _course;

    public TaskOrchestrationContext Context => context;

    public string CastId => order.CastId;

    public CastControls Controls => _controls;

    public CastPlan Plan => _plan ?? throw new InvalidOperationException("The cast has not begun.");

    public CastCourse Course => _course ?? throw new InvalidOperationException("The cast has not begun.");

    /// <summary>When the cast as a whole has to be done.</summary>
    public DateTimeOffset? Deadline { get; private set; }

    public bool NeedsReconciliation { get; private set; }

    /// <summary>Now, for an order that could be carried out from now on; null for a cast whose orders do not say so.</summary>
    public DateTimeOffset? ReadyAt => _start?.SaysReadyAt is true ? context.CurrentUtcDateTime : null;

    /// <summary>Sub-casts that run.</summary>
    public List<string> Children { get; } = [];

    public async Task<CastOutcome> RunAsync()
    {
        CastOutcome outcome;
        try
        {
            outcome = await InterpretAsync();
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // Bookkeeping has failed for as long as it is retried: the cast ends with that as its reason, as far as that can still be written.
            NeedReconciliation();
            var failure = _course?.Failure ?? Failures.Of(unexpected);
            await StopStepsAsync();
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

    /// <summary>Storage would not take something for as long as it was tried: shown in the status, and counted.</summary>
    public void NeedReconciliation()
    {
        if (!NeedsReconciliation && !context.IsReplaying)
        {
            CastMetrics.NeedsReconciliation.Add(1);
        }

        NeedsReconciliation = true;
    }

    public Task<T> CallAsync<T>(string activity, object input, TaskOptions? options = null) =>
        context.CallActivityAsync<T>(activity, input, options ?? Policies.Bookkeeping);

    public Task RecordAsync(params CastEvent[] events) => CallAsync<bool>(nameof(RecordEvents), new EventBatch(CastId, events));

    /// <summary>The attempt may have cost more than is counted: it was given up, and its record may come to tell more.</summary>
    public void Doubt(AttemptKey attempt, decimal countedUsd) => _unsure[attempt] = countedUsd;

    /// <summary>Counts what the records tell of attempts in doubt. They are asked again at the end of the cast.</summary>
    public async Task RecountAsync()
    {
        if (_unsure.Count == 0)
        {
            return;
        }

        AttemptKey[] attempts = [.. _unsure.Keys];
        try
        {
            var costs = await CallAsync<IReadOnlyList<decimal>>(nameof(CountCosts), new CostQuestion(attempts));
            foreach (var (attempt, cost) in attempts.Zip(costs))
            {
                Course.Spend(cost - _unsure[attempt]);
                _unsure[attempt] = Math.Max(cost, _unsure[attempt]);
            }
        }
        catch (TaskFailedException)
        {
            // What cannot be read now is asked again at the end, and shown as in need of reconciliation.
            NeedReconciliation();
        }
    }

    /// <summary>False if it is over before the time has come.</summary>
    public async Task<bool> WaitUntilAsync(DateTimeOffset time, CancellationToken over)
    {
        try
        {
            await context.CreateTimer(time.UtcDateTime, over);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Shows what the step is at.</summary>
    public void Show(PlannedStep step, int attempt, WaitReason? waitsFor = null, DateTimeOffset? waitsUntil = null)
    {
        var since = _running.Find(running => running.Id == step.Id)?.Since ?? context.CurrentUtcDateTime;
        Hide(step);
        _running.Add(new RunningStep(step.Id, CastReport.Name(step.Name), $"{Course.PlaceOf(step.Id)} of {Plan.Steps.Count}", attempt, waitsUntil, since, waitsFor));
        Report(_controls.IsPaused ? CastStatus.Paused : CastStatus.Running, null);
    }

    async Task<CastOutcome> InterpretAsync()
    {
        if (order.Interpreter > CastPlan.CurrentInterpreter)
        {
            return await EndAsync(CastStatus.Failed, Failures.TooNew(order.Interpreter));
        }

        var start = await CallAsync<CastStart>(nameof(StartCast), order);
        if (start.Plan is null || start.Plan.Interpreter > CastPlan.CurrentInterpreter)
        {
            return await EndAsync(CastStatus.Failed, start.Failure ?? Failures.TooNew(start.Plan!.Interpreter));
        }

        _course = new CastCourse(start.Plan);
        _plan = start.Plan;
        _start = start;
        Deadline = _plan.Timeout is { } timeout ? context.CurrentUtcDateTime + timeout : null;
        await RunStepsAsync();

        return await EndAsync(
            Course.Failure is not null ? CastStatus.Failed : _controls.IsCancelled ? CastStatus.Cancelled : CastStatus.Completed,
            Course.Failure);
    }

    async Task RunStepsAsync()
    {
        var timeout = Deadline is { } deadline ? context.CreateTimer(deadline.UtcDateTime, _controls.Stopped) : null;
        while (true)
        {
            // What has been asked for comes before what might start.
            while (_controls.Next.IsCompleted)
            {
                if (_controls.Read() is { } control)
                {
                    await TakeAsync(control);
                }
            }

            if (!_controls.IsPaused && !_controls.IsCancelled)
            {
                foreach (var step in Course.Next())
                {
                    Course.Start(step.Id);
                    _steps.Add(RunStepAsync(step));
                }
            }

            if (_steps.Count == 0 && !(_controls.IsPaused && Course.Next().Count > 0))
            {
                return;
            }

            var ended = await Task.WhenAny([.. _steps, _controls.Next, .. timeout is null ? [] : new[] { timeout }]);
            if (ended == timeout)
            {
                timeout = null;
                TimeOut(ended);
            }
            else if (_steps.Remove(ended))
            {
                await ended;
                if (Course.Failure is not null)
                {
                    Stop("The cast that it belongs to has failed.");
                }
            }
        }
    }

    /// <summary>Nothing new starts, nothing waits, and sub-casts are told so: what runs ends as soon as its attempt does.</summary>
    void Stop(string reason)
    {
        if (_controls.Stopped.IsCancellationRequested)
        {
            return;
        }

        TellChildren(new CastControl(CastAction.Cancel, Reason: reason));
        _controls.Stop();
    }

    /// <summary>No step may go on behind a cast that has ended. How they end is in the journal, and does not change why the cast does.</summary>
    async Task StopStepsAsync()
    {
        Stop("The cast that it belongs to has failed.");
        await Task.WhenAll(_steps).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
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
        // Before anything goes on: a sub-cast that starts now need not be told what was asked before.
        TellChildren(control);
        var taken = _controls.Take(control);
        if (taken is not null)
        {
            Report(_controls.IsPaused ? CastStatus.Paused : CastStatus.Running, null);
            await RecordAsync(taken);
        }
    }

    void TimeOut(Task timer)
    {
        if (timer.IsCanceled || _controls.IsCancelled)
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
        Stop("The cast that it belongs to has taken too long.");
    }

    void TellChildren(CastControl control)
    {
        foreach (var child in Children)
        {
            context.SendEvent(child, CastControl.EventName, control);
        }
    }

    async Task<CastOutcome> EndAsync(CastStatus status, Failure? failure)
    {
        await RecountAsync();
        return await CallAsync<CastOutcome>(nameof(FinishCast), new CastEnd(CastId, status, _course?.SpentUsd ?? 0)
        {
            Failure = failure,
            Reason = _controls.Reason,
            Attempts = _start?.CountsAttempts is true ? Course.Attempts : null,
            Views = status == CastStatus.Completed ? Course.Views(Plan.Uses) : new Dictionary<string, StepView>(),
        });
    }

    void Report(CastStatus state, Failure? failure) => context.SetCustomStatus(new CastReport
    {
        State = state,
        Spell = _plan?.Slug ?? "",
        Version = _plan?.SpellVersion,
        Steps = _plan is null ? "" : $"{Course.Settled} of {_plan.Steps.Count}",
        Running = [.. _running.Take(MaxReported)],
        CostUsd = _course?.SpentUsd ?? 0,
        Error = failure is null ? null : CastReport.Sentence(Failures.Sentence(failure)),
        Code = CastReport.Name(failure?.Code),
        NeedsReconciliation = NeedsReconciliation ? true : null,
    });

    void Hide(PlannedStep step) => _running.RemoveAll(running => running.Id == step.Id);
}
