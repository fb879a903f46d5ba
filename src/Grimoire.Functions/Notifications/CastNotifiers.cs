using DurableTask.Core.Exceptions;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Orchestrations;
using Grimoire.Notifications;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Notifications;

/// <summary>
/// Starts, wakes and removes what tells others of a cast, or of a cook. Activities of it do so before they return: a crash in between lets them do it again, so that
/// nobody is forgotten. For a cast that nobody is told of, nothing of this costs anything.
/// </summary>
public static class CastNotifiers
{
    /// <summary>One that has ended may be started again: what it has done is in the journal, and is not done twice.</summary>
    static readonly OrchestrationRuntimeStatus[] Going = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <summary>The cast begins: those who want to know more than how it ends are told from now on.</summary>
    public static Task BeginAsync(DurableTaskClient client, CastManifest manifest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return BeginAsync(client, manifest.CastId, Who(manifest.Notify, subscription => subscription.WantsCourse()), cancellation);
    }

    /// <summary>The same of a cook, or of its next generation.</summary>
    public static Task BeginAsync(DurableTaskClient client, CookManifest manifest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return BeginAsync(client, manifest.CookId, Who(manifest.Notify, subscription => subscription.WantsCookCourse()), cancellation);
    }

    /// <summary>Something has happened that should be told at once, such as the end of the cast: who tells of it is started, or looks.</summary>
    public static Task LookAsync(DurableTaskClient client, CastManifest manifest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return LookAsync(client, manifest.CastId, Who(manifest.Notify, subscription => subscription.WantsCasts()), cancellation);
    }

    /// <summary>The same of a cook.</summary>
    public static Task LookAsync(DurableTaskClient client, CookManifest manifest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return LookAsync(client, manifest.CookId, Who(manifest.Notify, subscription => subscription.WantsCooks()), cancellation);
    }

    /// <summary>
    /// Something has happened after a while, it may be, in which nothing did: who tells of the course looks now, and for the next seconds often. Where
    /// events come one soon after the other nobody needs to be woken.
    /// </summary>
    public static async Task WakeAsync(DurableTaskClient client, CastManifest? manifest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        foreach (var index in Who(manifest?.Notify, subscription => subscription.WantsCourse()))
        {
            await client.RaiseEventAsync(NotifyOfCast.IdOf(manifest!.CastId, index), NotifyOfCast.WakeEvent, NotifyOfCast.WakeEvent, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The cast is deleted: nobody is told any more.</summary>
    public static async Task RemoveAsync(DurableTaskClient client, CastManifest manifest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(manifest);
        foreach (var index in Who(manifest.Notify, _ => true))
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

    static async Task BeginAsync(DurableTaskClient client, string id, IEnumerable<int> who, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        foreach (var index in who)
        {
            await StartAsync(client, id, index, cancellation).ConfigureAwait(false);
        }
    }

    static async Task LookAsync(DurableTaskClient client, string id, IEnumerable<int> who, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        foreach (var index in who)
        {
            if (!await StartAsync(client, id, index, cancellation).ConfigureAwait(false))
            {
                await client.RaiseEventAsync(NotifyOfCast.IdOf(id, index), NotifyOfCast.WakeEvent, NotifyOfCast.WakeEvent, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Their places among all subscriptions.</summary>
    static IEnumerable<int> Who(IReadOnlyList<Subscription>? notify, Func<Subscription, bool> wants) =>
        (notify ?? []).Index().Where(one => wants(one.Item)).Select(one => one.Index);

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
