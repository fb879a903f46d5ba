using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Activities;

/// <summary>Ends an attempt that has only waited: its time has come, or nobody waits for it any more.</summary>
public sealed class EndWait(AttemptStore attempts, AttemptLedger ledger, TimeProvider time)
{
    [Function(nameof(EndWait))]
    public async Task<AttemptOutcome> RunAsync([ActivityTrigger] WaitEnd end, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(end);
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
