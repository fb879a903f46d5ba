using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>One attempt, until it has an outcome that is stored.</summary>
sealed class AttemptRun(CastRun cast, PlannedStep step, TaskOptions policy)
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

            if (outcome.WaitsUntil is { } until)
            {
                cast.Show(step, order.Attempt, until);
                var slept = await cast.WaitUntilAsync(until);
                return await cast.CallAsync<AttemptOutcome>(nameof(EndWait), new WaitEnd(order.Key, Cancelled: !slept));
            }

            return await StoredAsync(outcome);
        }
    }

    async Task<AttemptOutcome> CastAsync(StepRequest order)
    {
        var prepared = await StoredAsync(await cast.CallAsync<AttemptOutcome>(nameof(PrepareSubCast), order, policy));
        if (prepared.Failure is not null || prepared.Output is not null)
        {
            return prepared;
        }

        var child = CastIds.Child(order.Key);
        cast.Children.Add(child);
        string? thrown = null;
        try
        {
            await cast.Context.CallSubOrchestratorAsync<CastOutcome>(nameof(CastSpell), new CastOrder(child), new SubOrchestrationOptions(instanceId: child));
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

        return await StoredAsync(await cast.CallAsync<AttemptOutcome>(nameof(CollectSubCast), new SubCastEnd(order.Key, child, thrown), policy));
    }

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
            cast.NeedsReconciliation = true;
            var failure = Failures.Of(thrown, Phase.Store).In(step.Id, record.Item, record.Attempt, record.Tool);
            return outcome with { Unstored = null, Output = null, Failure = failure with { Phase = Phase.Store, Transient = false, Cause = outcome.Failure } };
        }
    }
}
