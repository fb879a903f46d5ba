using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>One attempt, until it has an outcome that is stored.</summary>
/// <param name="cast">Its cast.</param>
/// <param name="step">Its step.</param>
/// <param name="policy">For durable calls that throw.</param>
/// <param name="over">Nothing waits any more.</param>
sealed class AttemptRun(CastRun cast, PlannedStep step, TaskOptions policy, CancellationToken over)
{
    public const string CancelledCode = "cancelled";

    public async Task<AttemptOutcome> RunAsync(StepRequest order) =>
        step.Kind == StepKind.Spell ? await CastAsync(order) : await CallAsync(order);

    async Task<AttemptOutcome> CallAsync(StepRequest order)
    {
        while (true)
        {
            var outcome = await cast.CallAsync<AttemptOutcome>(nameof(RunTool), order, policy);
            if (outcome.BusyUntil is { } busy)
            {
                await cast.Context.CreateTimer(busy.UtcDateTime, CancellationToken.None);
                continue;
            }

            if (outcome.OpenUntil is { } open)
            {
                if (await HoldAsync(order, open) is { } cancelled)
                {
                    return cancelled;
                }

                order = order with { IsHeld = true, ReadyAt = cast.ReadyAt };
                continue;
            }

            var stored = await StoredAsync(outcome);
            return stored switch
            {
                { WaitsUntil: { } until } => await WaitAsync(order, until),
                { Job: { } job } => await new JobRun(cast, step, policy, over).RunAsync(order, job),
                _ => stored,
            };
        }
    }

    /// <summary>Waits until the tool may be called again. Gives the outcome of the attempt if it is stopped meanwhile, else null.</summary>
    async Task<AttemptOutcome?> HoldAsync(StepRequest order, DateTimeOffset until)
    {
        cast.Show(step, order.Attempt, WaitReason.Circuit, until);
        await cast.WaitUntilAsync(until, over);
        await cast.Controls.WhenRunning;
        if (over.IsCancellationRequested)
        {
            return await cast.CallAsync<AttemptOutcome>(nameof(EndWait), new WaitEnd(order.Key, Cancelled: true));
        }

        cast.Show(step, order.Attempt);
        return null;
    }

    async Task<AttemptOutcome> WaitAsync(StepRequest order, DateTimeOffset until)
    {
        var isTooLong = until > order.Deadline;
        var end = isTooLong ? order.Deadline!.Value : until;
        cast.Show(step, order.Attempt, WaitReason.Time, end);
        var slept = await cast.WaitUntilAsync(end, over);
        var ended = await cast.CallAsync<AttemptOutcome>(nameof(EndWait), new WaitEnd(order.Key, Cancelled: !slept || isTooLong));
        return slept && isTooLong ? ended with { Failure = Failures.TimedOut(step, order.Item, order.Attempt) } : ended;
    }

    async Task<AttemptOutcome> CastAsync(StepRequest order)
    {
        var prepared = await StoredAsync(await cast.CallAsync<AttemptOutcome>(nameof(PrepareSubCast), order, policy));
        if (prepared.Failure is not null || prepared.Output is not null)
        {
            return prepared;
        }

        var child = CastIds.Child(order.Key);
        var isTooSlow = false;
        string? thrown = null;
        await cast.Controls.WhenRunning;
        cast.Children.Add(child);
        try
        {
            var running = cast.Context.CallSubOrchestratorAsync<CastOutcome>(nameof(CastSpell), new CastOrder(child), new SubOrchestrationOptions(instanceId: child));
            if (cast.Controls.Stopped.IsCancellationRequested)
            {
                // It has been prepared, so it has to end; when the cast was stopped it was not there to hear of it.
                Cancel(child, "The cast that it belongs to was stopped.");
            }

            isTooSlow = await IsTooSlowAsync(running, order, child);
            await running;
        }
        catch (TaskFailedException failed)
        {
            // What it came to is in its result; this only tells why there is none, if there is none.
            thrown = failed.FailureDetails.ErrorMessage;
        }
        finally
        {
            cast.Children.Remove(child);
        }

        var end = await StoredAsync(await cast.CallAsync<AttemptOutcome>(nameof(CollectSubCast), new SubCastEnd(order.Key, child, thrown), policy));
        return isTooSlow && end.Failure is { Code: CancelledCode } ? end with { Failure = Failures.TimedOut(step, order.Item, order.Attempt) } : end;
    }

    /// <summary>Whether the sub-cast has been told to end because the time for its step is over. The cast's own time is watched by the cast.</summary>
    async Task<bool> IsTooSlowAsync(Task running, StepRequest order, string child)
    {
        if (order.Deadline is not { } deadline || deadline == cast.Deadline)
        {
            return false;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cast.Controls.Stopped);
        var timer = cast.Context.CreateTimer(deadline.UtcDateTime, ended.Token);
        if (await Task.WhenAny(running, timer) == timer && !timer.IsCanceled)
        {
            Cancel(child, "The time for the step that it belongs to is over.");
            return true;
        }

        ended.CancelHere();
        return false;
    }

    void Cancel(string child, string reason) =>
        cast.Context.SendEvent(child, CastControl.EventName, new CastControl(CastAction.Cancel, Reason: reason));

    /// <summary>
    /// The outcome once its record is stored. When storage would not take it, the result travels in the history, which is a durable place too,
    /// and is offered again.
    /// </summary>
    async Task<AttemptOutcome> StoredAsync(AttemptOutcome outcome)
    {
        if (outcome.Unstored is not { } record)
        {
            return outcome;
        }

        try
        {
            return await cast.CallAsync<AttemptOutcome>(nameof(StoreAttempt), new AttemptEnd(record));
        }
        catch (TaskFailedException thrown)
        {
            cast.NeedReconciliation();
            var failure = Failures.Of(thrown, Phase.Store).In(step.Id, record.Item, record.Attempt, record.Tool);
            return outcome with { Unstored = null, Output = null, Failure = failure with { Phase = Phase.Store, Transient = false, Cause = outcome.Failure } };
        }
    }
}
