using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Activities;

/// <summary>Ends an attempt that has only waited: its time has come, or nobody waits for it any more.</summary>
public sealed class EndWait(CastStore casts, AttemptStore attempts, AttemptLedger ledger, TimeProvider time)
{
    [Function(nameof(EndWait))]
    public async Task<AttemptOutcome> RunAsync([ActivityTrigger] WaitEnd end, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(end);
        var outcome = await EndAsync(end, cancellation).ConfigureAwait(false);
        if (outcome.Unstored is null)
        {
            await CastNotifiers.WakeAsync(client, await casts.FindAsync(end.Attempt.CastId, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }

        return outcome;
    }

    public async Task<AttemptOutcome> EndAsync(WaitEnd end, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(end);
        using var scope = ledger.Scope(end.Attempt);
        var (record, _) = await attempts.FindAsync(end.Attempt, cancellation).ConfigureAwait(false);
        if (record is null)
        {
            throw new StorageException($"The record of the attempt {end.Attempt.IdempotencyKey} is gone.");
        }

        return await ledger.SettleAsync(
            end.Cancelled
                ? record with
                {
                    Status = AttemptStatus.Cancelled,
                    EndedAt = time.GetUtcNow(),
                    LeaseUntil = null,
                    Failure = new Failure { Code = AttemptRun.CancelledCode, Message = "The cast was stopped while the step waited.", Phase = Phase.Execute },
                }
                : record with { Status = AttemptStatus.Succeeded, EndedAt = time.GetUtcNow(), LeaseUntil = null, Output = new JsonObject() },
            cancellation).ConfigureAwait(false);
    }
}
