using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Activities;

/// <summary>
/// One round of looking after casts: those for which something has come that they have not taken are woken, and those whose orchestration is gone,
/// was terminated from outside, or was failed by the engine are ended with that as their reason.
/// </summary>
public sealed partial class ReconcileCasts(
    IObjectStore objects, CastStore casts, Journal journal, Wakener wakener, CastCloser closer, ReconcileOptions options, TimeProvider time, ILogger<ReconcileCasts> logger)
{
    [Function(nameof(ReconcileCasts))]
    public async Task<ReconcileOrder> RunAsync([ActivityTrigger] ReconcileOrder order, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(client);
        var before = time.GetUtcNow() - options.Patience;
        var running = await ForEachAsync(
            client, [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended], order.Running, instance => WakeAsync(client, instance, before, cancellation), cancellation).ConfigureAwait(false);
        var broken = await ForEachAsync(
            client, [OrchestrationRuntimeStatus.Terminated, OrchestrationRuntimeStatus.Failed], order.Broken, instance => CloseAsync(client, instance, before, cancellation), cancellation).ConfigureAwait(false);
        return order with { Running = running, Broken = broken, Stored = await CloseAbandonedAsync(client, order.Stored, before, cancellation).ConfigureAwait(false) };
    }

    /// <returns>Where the next round goes on; null: at the beginning.</returns>
    async Task<string?> ForEachAsync(
        DurableTaskClient client, IReadOnlyList<OrchestrationRuntimeStatus> statuses, string? from, Func<OrchestrationMetadata, Task> look, CancellationToken cancellation)
    {
        var query = new OrchestrationQuery(Statuses: statuses, FetchInputsAndOutputs: true, PageSize: Math.Min(options.Batch, 200), ContinuationToken: from);
        var looked = 0;
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages(from, query.PageSize).WithCancellation(cancellation).ConfigureAwait(false))
        {
            foreach (var instance in page.Values.Where(instance => instance.Name == nameof(CastSpell)))
            {
                await look(instance).ConfigureAwait(false);
            }

            looked += page.Values.Count;
            if (looked >= options.Batch)
            {
                return page.ContinuationToken;
            }
        }

        return null;
    }

    async Task WakeAsync(DurableTaskClient client, OrchestrationMetadata instance, DateTimeOffset before, CancellationToken cancellation)
    {
        // A cast that waits for something from outside shows so.
        var report = instance.SerializedCustomStatus is null ? null : instance.ReadCustomStatusAs<CastReport>();
        if (report?.Running.Any(step => step.WaitsUntil is not null) is not true)
        {
            return;
        }

        if (await wakener.WakeAsync(client, instance.InstanceId, before, cancellation).ConfigureAwait(false) is > 0 and var woken)
        {
            LogWoken(instance.InstanceId, woken);
            CastMetrics.Reconciled.Add(woken, new KeyValuePair<string, object?>("what", "callback"));
        }
    }

    async Task CloseAsync(DurableTaskClient client, OrchestrationMetadata instance, DateTimeOffset before, CancellationToken cancellation)
    {
        var report = instance.SerializedCustomStatus is null ? null : instance.ReadCustomStatusAs<CastReport>();
        var saysEnded = report is { State: CastStatus.Completed or CastStatus.Failed or CastStatus.Cancelled, NeedsReconciliation: not true };
        if (instance.LastUpdatedAt > before || saysEnded || await HasEndedAsync(instance.InstanceId, cancellation).ConfigureAwait(false) is not false)
        {
            return;
        }

        var isTerminated = instance.RuntimeStatus == OrchestrationRuntimeStatus.Terminated;
        await CloseAsync(
            client,
            instance.InstanceId,
            isTerminated ? "cast.terminated" : "cast.engine",
            isTerminated ? "Somebody has terminated its orchestration." : $"The engine has failed its orchestration: {instance.FailureDetails?.ErrorMessage}",
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Casts that have begun, and of which the engine knows nothing any more: some of all that are stored, each round others.</summary>
    async Task<string?> CloseAbandonedAsync(DurableTaskClient client, string? from, DateTimeOffset before, CancellationToken cancellation)
    {
        var after = from;
        for (var looked = 0; looked < options.Batch; looked++)
        {
            if (await NextAsync(after, cancellation).ConfigureAwait(false) is not { } castId)
            {
                return null;
            }

            // Behind all that belongs to it.
            after = $"casts/{castId}0";
            if (await client.GetInstanceAsync(castId, getInputsAndOutputs: false, cancellation).ConfigureAwait(false) is null
                && await casts.FindAsync(castId, cancellation).ConfigureAwait(false) is { } manifest && manifest.CreatedAt < before
                && await HasEndedAsync(castId, cancellation).ConfigureAwait(false) is false)
            {
                await CloseAsync(client, castId, "cast.abandoned", "Its orchestration is gone: somebody has removed it from the engine.", cancellation).ConfigureAwait(false);
            }
        }

        return after;
    }

    /// <summary>Whether the journal of a cast has its end: what was broken off before that is closed again. Null if it has not begun.</summary>
    async Task<bool?> HasEndedAsync(string castId, CancellationToken cancellation)
    {
        var events = await journal.ReadAllAsync(castId, cancellation).ConfigureAwait(false);
        return events.Count == 0 ? null : events.Any(e => e.Type is CastEvents.CastCompleted or CastEvents.CastFailed or CastEvents.CastCancelled);
    }

    async Task<string?> NextAsync(string? after, CancellationToken cancellation)
    {
        await foreach (var name in objects.ListAsync("casts/", after, cancellation).ConfigureAwait(false))
        {
            return name.Split('/')[1];
        }

        return null;
    }

    async Task CloseAsync(DurableTaskClient client, string castId, string code, string message, CancellationToken cancellation)
    {
        await closer.CloseAsync(client, castId, new Failure { Code = code, Message = message, Phase = Phase.Execute }, cancellation).ConfigureAwait(false);
        LogClosed(castId, message);
        CastMetrics.Reconciled.Add(1, new KeyValuePair<string, object?>("what", code));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cast {Cast} has not taken what has come for it: {Count} of its attempts are woken.")]
    partial void LogWoken(string cast, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cast {Cast} cannot go on, and is ended: {Why}")]
    partial void LogClosed(string cast, string why);
}
