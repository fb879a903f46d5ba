using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Telemetry;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Casting;

/// <summary>Ends a cast whose orchestration does not end it any more: what it has left open is closed, and it fails with a reason.</summary>
public sealed class CastCloser(
    CastStore casts, AttemptStore attempts, Journal journal, UsageLog usage, AttemptLedger ledger, DeadLetters letters, TimeProvider time)
{
    /// <summary>Done again, it does the same: whatever is closed already stays as it is.</summary>
    /// <returns>How it has ended: otherwise than by <paramref name="reason"/>, if it had ended before. Null if there is no such cast.</returns>
    public async Task<CastOutcome?> CloseAsync(DurableTaskClient client, string castId, Failure reason, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (await casts.FindAsync(castId, cancellation).ConfigureAwait(false) is not { } manifest)
        {
            return null;
        }

        var outcome = await casts.FindResultAsync(castId, cancellation).ConfigureAwait(false);
        var records = await attempts.ListAsync(castId, step: null, cancellation).ConfigureAwait(false);
        foreach (var record in records.Where(record => record.Status == AttemptStatus.Running))
        {
            var why = new Failure { Code = AttemptRun.CancelledCode, Message = $"The cast has ended: {reason.Message}", Phase = Phase.Execute };
            var cancelled = record with { Status = AttemptStatus.Cancelled, EndedAt = time.GetUtcNow(), LeaseUntil = null, Failure = why.In(record.Step, record.Item, record.Attempt, record.Tool) };
            await ledger.SettleAsync(cancelled, cancellation).ConfigureAwait(false);
        }

        foreach (var record in records.Where(record => record.Status != AttemptStatus.Running))
        {
            // Whoever has ended it may have died before that was told.
            await usage.TellAsync(record, cancellation).ConfigureAwait(false);
        }

        var view = CastView.Of(manifest, await journal.ReadAllAsync(castId, cancellation).ConfigureAwait(false));
        var open = view.Steps.Where(step => step.Status == StepStatus.Running).ToList();
        var now = time.GetUtcNow();
        if (outcome is null)
        {
            var failed = new CastOutcome { Status = CastStatus.Failed, Failure = reason with { Step = reason.Step ?? open.FirstOrDefault()?.Id }, CostUsd = records.Sum(record => record.CostUsd), EndedAt = now };
            outcome = await casts.SaveResultAsync(castId, failed, cancellation).ConfigureAwait(false);
            if (ReferenceEquals(outcome, failed))
            {
                CastTelemetry.Ended(manifest, outcome, now);
                open.ForEach(step => CastMetrics.StepOver(CastEvents.StepFailed, CastTelemetry.ToolOf(manifest, step.Id)));
            }
        }

        if (view.EndedAt is null)
        {
            // When the end is told the letter has been written, and it may have been dealt with since.
            await letters.WriteAsync(manifest, outcome, isFirst: true, cancellation).ConfigureAwait(false);
        }

        var type = outcome.Status switch
        {
            CastStatus.Completed => CastEvents.CastCompleted,
            CastStatus.Cancelled => CastEvents.CastCancelled,
            _ => CastEvents.CastFailed,
        };
        await usage.TellAsync(manifest, outcome, now, records.CountBy(record => record.Step).ToDictionary(), cancellation).ConfigureAwait(false);
        await journal.AppendAsync(
            castId,
            [.. open.Select(step => CastEvents.Step(CastEvents.StepFailed, step.Id, now, new { failure = reason.In(step.Id) })), CastEvents.Ended(type, now, outcome.CostUsd, outcome.Failure)],
            cancellation).ConfigureAwait(false);
        await CastNotifiers.LookAsync(client, manifest, cancellation).ConfigureAwait(false);
        await PieceEnds.TellAsync(client, manifest, outcome, cancellation).ConfigureAwait(false);
        return outcome;
    }
}
