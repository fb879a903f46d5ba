using DurableTask.Core.Exceptions;
using Grimoire.Functions.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Casting;

/// <summary>Sees to it that <see cref="KeepTidy"/> runs where something is not kept for ever, or something was deleted. Once started it outlives all processes.</summary>
public sealed class TidyStart(RetentionOptions options)
{
    /// <summary>By each process, before its first cast.</summary>
    public Task EnsureAsync(DurableTaskClient client, CancellationToken cancellation) =>
        options.IsOn ? StartAsync(client, cancellation) : Task.CompletedTask;

    /// <summary>There is something to do now.</summary>
    /// <param name="client">The engine's.</param>
    /// <param name="isRound">A whole round; else what was deleted.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task WakeAsync(DurableTaskClient client, bool isRound, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        await StartAsync(client, cancellation).ConfigureAwait(false);
        await client
            .RaiseEventAsync(KeepTidy.IdOf(KeepTidy.Version), KeepTidy.WakeEvent, isRound ? KeepTidy.Round : KeepTidy.Removal, cancellation)
            .ConfigureAwait(false);
    }

    async Task StartAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        var start = new StartOrchestrationOptions(KeepTidy.IdOf(KeepTidy.Version)).WithDedupeStatuses(
            OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(KeepTidy), new TidyOrder(KeepTidy.Version, options.Interval), start, cancellation).ConfigureAwait(false);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // It runs, and has for long, it may be.
        }
    }
}
