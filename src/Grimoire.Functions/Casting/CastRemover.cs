using Grimoire.Casts;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Webhooks;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Casting;

/// <summary>
/// Removes a cast that has ended, with its sub-casts and all that they have left behind. At any moment it is there as a whole for whoever reads it, or gone:
/// it goes from the lists first, then with its manifest, and what is left then nobody can reach. Broken off, it is done again.
/// </summary>
public sealed class CastRemover(CastStore casts, AttemptStore attempts, IdempotencyClaims claims, DeadLetters letters, RunIds runs, IObjectStore objects)
{
    /// <summary>Whether anything is stored of it: a removal may have been broken off.</summary>
    public async Task<bool> AnyLeftAsync(string castId, CancellationToken cancellation)
    {
        await foreach (var _ in objects.ListAsync(CastObjects.All(castId), after: null, cancellation).ConfigureAwait(false))
        {
            return true;
        }

        return false;
    }

    public async Task RemoveAsync(DurableTaskClient client, string castId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (await casts.FindAsync(castId, cancellation).ConfigureAwait(false) is { } manifest)
        {
            if (manifest.IdempotencyKey is { } key)
            {
                await claims.MarkDeletedAsync(manifest.Account, key, castId, cancellation).ConfigureAwait(false);
            }

            await CastNotifiers.RemoveAsync(client, manifest, cancellation).ConfigureAwait(false);
            await ForgetJobsAsync(manifest, cancellation).ConfigureAwait(false);
        }

        await letters.ForgetAsync(castId, cancellation).ConfigureAwait(false);
        await PurgeAsync(client, castId, cancellation).ConfigureAwait(false);
        await casts.DeleteAsync(castId, cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes an orchestration out of the engine. One that still runs is ended.</summary>
    internal static async Task PurgeAsync(DurableTaskClient client, string id, CancellationToken cancellation)
    {
        if (await client.GetInstanceAsync(id, getInputsAndOutputs: false, cancellation).ConfigureAwait(false) is not { } instance)
        {
            return;
        }

        if (!instance.IsCompleted)
        {
            await client.TerminateInstanceAsync(id, new TerminateInstanceOptions("It is deleted.", Recursive: true), cancellation).ConfigureAwait(false);
            await client.WaitForInstanceCompletionAsync(id, cancellation).ConfigureAwait(false);
        }

        await client.PurgeInstanceAsync(id, new PurgeInstanceOptions(Recursive: true), cancellation).ConfigureAwait(false);
    }

    /// <summary>By which a provider's id of a job leads to an attempt of the cast. Only few tools have that.</summary>
    async Task ForgetJobsAsync(CastManifest manifest, CancellationToken cancellation)
    {
        var tools = manifest.Tools.Where(tool => tool.Value.Job?.Callback?.RunId is not null).ToDictionary();
        if (tools.Count == 0)
        {
            return;
        }

        var owners = new HashSet<string> { manifest.CastId };
        await foreach (var name in objects.ListAsync(CastObjects.AllOfChildren(manifest.CastId), after: null, cancellation).ConfigureAwait(false))
        {
            owners.Add(name.Split('/')[1]);
        }

        foreach (var owner in owners)
        {
            foreach (var record in await attempts.ListAsync(owner, step: null, cancellation).ConfigureAwait(false))
            {
                if (record.Job?.RunId is { } runId && tools.TryGetValue(record.Tool, out var tool))
                {
                    await runs.ForgetAsync(manifest.Account, tool.Id, runId, cancellation).ConfigureAwait(false);
                }
            }
        }
    }
}
