using DurableTask.Core.Exceptions;
using Grimoire.Functions.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Casting;

/// <summary>Sees to it that <see cref="Reconcile"/> runs, and <see cref="KeepTidy"/>: looked at by each process when it starts its first cast. Once started it outlives them all.</summary>
public sealed class ReconcileStart(ReconcileOptions options, TidyStart? tidy = null)
{
    bool _isStarted;

    public async Task EnsureAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (Volatile.Read(ref _isStarted))
        {
            return;
        }

        var start = new StartOrchestrationOptions(Reconcile.IdOf(Reconcile.Version)).WithDedupeStatuses(
            OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(Reconcile), new ReconcileOrder(Reconcile.Version, options.Interval), start, cancellation).ConfigureAwait(false);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // Another process, or this one before it was restarted.
        }

        if (tidy is not null)
        {
            await tidy.EnsureAsync(client, cancellation).ConfigureAwait(false);
        }

        Volatile.Write(ref _isStarted, true);
    }
}
