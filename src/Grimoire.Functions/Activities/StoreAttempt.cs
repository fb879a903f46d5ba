using Grimoire.Functions.Orchestrations;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Activities;

/// <summary>Stores the record of an attempt that ended while storage was away.</summary>
public sealed class StoreAttempt(AttemptLedger ledger)
{
    [Function(nameof(StoreAttempt))]
    public async Task<AttemptOutcome> RunAsync([ActivityTrigger] AttemptEnd end, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(end);
        using var scope = ledger.Scope(end.Record.Key);
        return await ledger.StoreAsync(end.Record, cancellation).ConfigureAwait(false);
    }
}
