using DurableTask.Core.Exceptions;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Notifications;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Notifications;

/// <summary>
/// Starts, wakes and removes what tells others of a cast. Activities of the cast do so before they return: a crash in between lets them do it again, so that
/// nobody is forgotten. For a cast that nobody is told of, nothing of this costs anything.
/// </summary>
public static class CastNotifiers
{
    /// <summary>One that has ended may be started again: what it has done is in the journal, and is not done twice.</summary>
    static readonly OrchestrationRuntimeStatus[] Going = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <summary>The cast begins: those who want to know more than how it ends are told from now on.</summary>
    public static async Task BeginAsync(DurableTaskClient client, CastManifest manifest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        foreach (var (index, subscription) in All(manifest))
        {
            if (subscription.WantsCourse())
            {
                await StartAsync(client, manifest.CastId, index, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Something has happened that should be told at once, such as the end of the cast: who tells of it is started, or looks.</summary>
    public static async Task LookAsync(DurableTaskClient client, CastManifest manifest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        foreach (var (index, _) in All(manifest))
        {
            if (!await StartAsync(client, manifest.CastId, index, cancellation).ConfigureAwait(false))
            {
                await client
                    .RaiseEventAsync(NotifyOfCast.IdOf(manifest.CastId, index), NotifyOfCast.WakeEvent, NotifyOfCast.WakeEvent, cancellation)
                    .ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Something has happened after a while, it may be, in which nothing did: who tells of the course looks now, and for the next seconds often. Where
    /// events come one soon after the other nobody needs to be woken.
    /// </summary>
    public static async Task WakeAsync(DurableTaskClient client, CastManifest? manifest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        foreach (var (index, subscription) in manifest is null ? [] : All(manifest))
        {
            if (subscription.WantsCourse())
            {
                await client.RaiseEventAsync(NotifyOfCast.IdOf(manifest!.CastId, index), NotifyOfCast.WakeEvent, NotifyOfCast.WakeEvent, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The cast is deleted: nobody is told any more.</summary>
    public static async Task RemoveAsync(DurableTaskClient client, CastManifest manifest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        foreach (var (index, _) in All(manifest))
        {
            var id = NotifyOfCast.IdOf(manifest.CastId, index);
            if (await client.GetInstanceAsync(id, getInputsAndOutputs: false, cancellation).ConfigureAwait(false) is not { } notifier)
            {
                continue;
            }

            if (!notifier.IsCompleted)
            {
                await client.TerminateInstanceAsync(id, "The cast has been deleted.", cancellation).ConfigureAwait(false);
                await client.WaitForInstanceCompletionAsync(id, cancellation).ConfigureAwait(false);
            }

            await client.PurgeInstanceAsync(id, cancellation).ConfigureAwait(false);
        }
    }

    static IEnumerable<(int Index, Subscription Subscription)> All(CastManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return (manifest.Notify ?? []).Index();
    }

    /// <summary>False if it is there.</summary>
    static async Task<bool> StartAsync(DurableTaskClient client, string castId, int subscription, CancellationToken cancellation)
    {
        var options = new StartOrchestrationOptions(NotifyOfCast.IdOf(castId, subscription)).WithDedupeStatuses(Going);
        try
        {
            await client
                .ScheduleNewOrchestrationInstanceAsync(nameof(NotifyOfCast), new NotifyOrder(castId, subscription), options, cancellation)
                .ConfigureAwait(false);
            return true;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return false;
        }
    }
}
