using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Activities;

/// <summary>Writes what an orchestration has decided to the journal.</summary>
public sealed class RecordEvents(Journal journal)
{
    [Function(nameof(RecordEvents))]
    public async Task<bool> RunAsync([ActivityTrigger] EventBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        await journal.AppendAsync(batch.CastId, batch.Events, cancellation).ConfigureAwait(false);
        return true;
    }
}
