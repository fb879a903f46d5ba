using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Casting;

/// <summary>Wakes the steps of a cast for which something has come that they have not taken: the event that said so was lost.</summary>
public sealed class Wakener(AttemptStore attempts, Inbox inbox)
{
    /// <param name="client">Wakes the cast.</param>
    /// <param name="castId">Which may wait for something.</param>
    /// <param name="before">What has come later is still on its way.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many attempts were woken.</returns>
    public async Task<int> WakeAsync(DurableTaskClient client, string castId, DateTimeOffset before, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (!await inbox.AnyAsync(castId, cancellation).ConfigureAwait(false))
        {
            return 0;
        }

        var woken = 0;
        foreach (var record in await attempts.ListAsync(castId, step: null, cancellation).ConfigureAwait(false))
        {
            if (record is { Status: AttemptStatus.Running, Job: not null }
                && await inbox.FindEndAsync(record.Key, cancellation).ConfigureAwait(false) is { } message && message.ReceivedAt < before)
            {
                await client.RaiseEventAsync(castId, JobRun.EventOf(record.Key), message.Id, cancellation).ConfigureAwait(false);
                woken++;
            }
        }

        return woken;
    }
}
