using Grimoire.Casts;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Activities;

/// <summary>Writes what an orchestration has decided to the journal.</summary>
public sealed class RecordEvents(CastStore casts, Journal journal)
{
    [Function(nameof(RecordEvents))]
    public async Task<bool> RunAsync([ActivityTrigger] EventBatch batch, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        await journal.AppendAsync(batch.CastId, batch.Events, cancellation).ConfigureAwait(false);
        if (batch.Events.Any(e => e.Type is CastEvents.CastPaused or CastEvents.CastResumed))
        {
            await CastNotifiers.WakeAsync(client, await casts.FindAsync(batch.CastId, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }

        await CountAsync(batch, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Last of all: what throws is done again, and counted when it is done.</summary>
    async Task CountAsync(EventBatch batch, CancellationToken cancellation)
    {
        var ends = batch.Events.Where(e => e.Type is CastEvents.StepSkipped or CastEvents.StepFailed or CastEvents.StepCancelled).ToList();
        if (ends.Count == 0)
        {
            return;
        }

        var manifest = await casts.FindAsync(batch.CastId, cancellation).ConfigureAwait(false);
        foreach (var end in ends)
        {
            CastMetrics.StepOver(end.Type, CastTelemetry.ToolOf(manifest, end.Step!));
        }
    }
}
