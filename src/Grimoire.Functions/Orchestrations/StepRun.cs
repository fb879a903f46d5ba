using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>One step of a cast: whether it runs, for which elements, in how many attempts, and what its end means for the cast.</summary>
sealed class StepRun(CastRun cast, PlannedStep step)
{
    readonly TaskOptions _policy = Policies.Of(step.Retry);
    DateTimeOffset? _deadline;
    bool _begun;

    public async Task RunAsync()
    {
        try
        {
            await RunToItsEndAsync();
        }
        catch (TaskFailedException thrown)
        {
            // Bookkeeping has failed for as long as it is retried. That ends the cast, and the step too, if storage is back by now.
            cast.NeedReconciliation();
            var failure = Failures.Of(thrown, Phase.Store).In(step.Id);
            cast.Course.Stop(failure);
            cast.Course.Fail(step.Id, failure, mayBeCaught: false);
            await cast.RecordAsync(Event(CastEvents.StepStarted, new { Tool = step.Target }), Event(CastEvents.StepFailed, new { failure }));
        }
    }

    async Task RunToItsEndAsync()
    {
        cast.Show(step, attempt: 1);
        _deadline = Earliest(cast.Deadline, step.Timeout is { } timeout ? cast.Context.CurrentUtcDateTime + timeout : null);
        var end = await DecideAndRunAsync();
        switch (end.Kind)
        {
            case StepEndKind.Completed:
                cast.Course.Complete(step.Id, end.Output!);
                break;
            case StepEndKind.Skipped:
                await cast.RecordAsync(Event(CastEvents.StepSkipped));
                cast.Course.Skip(step.Id);
                break;
            case StepEndKind.Cancelled:
                if (_begun)
                {
                    await cast.RecordAsync(Event(CastEvents.StepCancelled));
                }

                cast.Course.Cancel(step.Id);
                break;
            case StepEndKind.Failed:
                await FailAsync(end.Failure!);
                break;
        }
    }

    async Task<StepEnd> DecideAndRunAsync()
    {
        if (!step.IsConditional && step.MaxParallel is null)
        {
            return await RunOneAsync(item: null, cast.Controls.Stopped);
        }

        StepDecision decision;
        try
        {
            decision = await cast.CallAsync<StepDecision>(nameof(DecideStep), Order(null, 1), _policy);
        }
        catch (TaskFailedException thrown)
        {
            return StepEnd.Of(Failures.Of(thrown, Phase.Bind).In(step.Id));
        }

        return decision switch
        {
            { Failure: { } failure } => StepEnd.Of(failure),
            { Runs: false } => StepEnd.Skipped,
            { Items: { } count } => await new ItemsRun(cast, step, _policy, RunOneAsync).RunAsync(count),
            _ => await RunOneAsync(item: null, cast.Controls.Stopped),
        };
    }

    /// <summary>The step, or one element of it: attempt after attempt, as its policy says.</summary>
    /// <param name="item">Which element; null for a step without.</param>
    /// <param name="over">Nothing new begins, and nothing waits: the cast is stopped, or another element has failed.</param>
    async Task<StepEnd> RunOneAsync(int? item, CancellationToken over)
    {
        var began = cast.Context.CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            await cast.Controls.WhenRunning;
            if (over.IsCancellationRequested)
            {
                return StepEnd.Cancelled;
            }

            if (cast.Course.OverBudget(step) is { } tooDear)
            {
                await cast.RecordAsync(CastEvents.Attempt(CastEvents.BudgetExceeded, Key(item, attempt), cast.Context.CurrentUtcDateTime, new { tooDear.Message }));
                return StepEnd.Of(tooDear);
            }

            cast.Show(step, attempt);
            cast.Course.Reserve(step.EstimateUsd);
            cast.Course.Count(step);
            AttemptOutcome outcome;
            try
            {
                outcome = await new AttemptRun(cast, step, _policy, over).RunAsync(Order(item, attempt));
            }
            catch (TaskFailedException thrown)
            {
                cast.Doubt(Key(item, attempt), countedUsd: 0);
                await cast.RecountAsync();
                return StepEnd.Of(Failures.Of(thrown, Phase.Execute).In(step.Id, item, attempt, step.Target));
            }
            finally
            {
                cast.Course.Release(step.EstimateUsd);
            }

            _begun = true;
            cast.Course.Spend(outcome.CostUsd);
            if (outcome.Failure is not { } failure)
            {
                return StepEnd.Of(outcome.Output ?? Payload.Nothing) with { Attempt = attempt };
            }

            if (failure.Code == AttemptLedger.LostCode)
            {
                // Its worker may live, and tell later what it has cost.
                cast.Doubt(Key(item, attempt), outcome.CostUsd);
            }

            if (failure.Code == AttemptRun.CancelledCode && over.IsCancellationRequested)
            {
                return StepEnd.Cancelled;
            }

            var now = cast.Context.CurrentUtcDateTime;
            if (step.Retry.PauseAfter(failure, attempt, now - began) is not { } pause)
            {
                return StepEnd.Of(failure);
            }

            DateTimeOffset again = now + pause;
            if (again >= _deadline)
            {
                return StepEnd.Of(TimedOut(failure, item, attempt));
            }

            await cast.RecordAsync(CastEvents.Attempt(CastEvents.AttemptRetrying, Key(item, attempt), now, new { at = again, next = attempt + 1, failure.Code }));
            cast.Show(step, attempt, WaitReason.Retry, again);
            if (!await cast.WaitUntilAsync(again, over))
            {
                return StepEnd.Cancelled;
            }
        }
    }

    async Task FailAsync(Failure failure)
    {
        if (failure.Code == CastCourse.BudgetExceeded && !_begun)
        {
            // It has not started, so it has not failed: the cast has.
            cast.Course.Cancel(step.Id);
            cast.Course.Stop(failure);
            return;
        }

        var route = cast.Course.Fail(step.Id, failure);
        var caughtBy = route switch
        {
            FailureRoute.Value => "value",
            FailureRoute.Step => step.Catch.First(clause => clause.Catches(failure.Code)).Step,
            _ => null,
        };
        await cast.RecordAsync(Event(CastEvents.StepStarted, new { Tool = step.Target }), Event(CastEvents.StepFailed, new { failure, caughtBy }));
        if (route != FailureRoute.Value)
        {
            return;
        }

        var supplied = await cast.CallAsync<AttemptOutcome>(nameof(SupplyValue), Order(null, 1) with { Error = failure });
        if (supplied.Failure is { } wrong)
        {
            cast.Course.Fail(step.Id, wrong with { Cause = failure }, mayBeCaught: false);
        }
        else
        {
            cast.Course.Complete(step.Id, supplied.Output!);
        }
    }

    Failure TimedOut(Failure last, int? item, int attempt) => new()
    {
        Code = "step.timeout",
        Message = $"The time for the step would be over before its next attempt. The last one: {last.Message}",
        Phase = last.Phase,
        Step = step.Id,
        Item = item,
        Attempt = attempt,
        Tool = step.Target,
        Cause = last,
    };

    StepRequest Order(int? item, int attempt) => new(cast.CastId, step.Id)
    {
        Item = item,
        Attempt = attempt,
        ReadyAt = cast.ReadyAt,
        Views = cast.Course.Views(step.Uses),
        Error = cast.Course.Handles(step.Id),
        Deadline = _deadline,
        BudgetUsd = cast.Plan.BudgetUsd is { } budget ? budget - cast.Course.SpentUsd : null,
    };

    AttemptKey Key(int? item, int attempt) => new(cast.CastId, step.Id, item, attempt);

    CastEvent Event(string type, object? data = null) => CastEvents.Step(type, step.Id, cast.Context.CurrentUtcDateTime, data);

    static DateTimeOffset? Earliest(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;
}
