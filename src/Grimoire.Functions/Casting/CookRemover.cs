using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Casting;

/// <summary>
/// Removes cooks that have ended, with all casts of their pieces: at once for whoever asks for the cook, in the background for all that it has left behind.
/// What is to be removed is stored before anything is: whatever dies in between, it is gone on with.
/// </summary>
public sealed class CookRemover(IObjectStore objects, CookStore cooks, CastRemover casts, DeadLetterStore letters, DeadLetters dealt, IdempotencyClaims claims, TimeProvider time)
{
    const string Folder = "removals/";

    /// <summary>Casts that are removed in one go.</summary>
    const int MaxCasts = 100;

    /// <summary>Casts that are removed at once.</summary>
    const int AtOnce = 8;

    /// <summary>From here on the cook is gone.</summary>
    public async Task BeginAsync(DurableTaskClient client, string cookId, CancellationToken cancellation)
    {
        await objects.CreateAsync(NameOf(cookId), CastStore.Bytes(new CookRemoval(cookId, time.GetUtcNow())), cancellation).ConfigureAwait(false);
        await HideAsync(client, cookId, cancellation).ConfigureAwait(false);
    }

    public async Task<bool> IsBegunAsync(string cookId, CancellationToken cancellation) =>
        await objects.ReadAsync(NameOf(cookId), cancellation).ConfigureAwait(false) is not null;

    /// <summary>The cooks of which something is left to remove.</summary>
    public async Task<IReadOnlyList<string>> PendingAsync(int most, CancellationToken cancellation)
    {
        var pending = new List<string>();
        await foreach (var name in objects.ListAsync(Folder, after: null, cancellation).ConfigureAwait(false))
        {
            pending.Add(Path.GetFileNameWithoutExtension(name));
            if (pending.Count == most)
            {
                break;
            }
        }

        return pending;
    }

    /// <summary>Removes some of what is to be removed.</summary>
    /// <returns>False if there was nothing.</returns>
    public async Task<bool> GoOnAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (await PendingAsync(most: 1, cancellation).ConfigureAwait(false) is not [var cookId])
        {
            return false;
        }

        await HideAsync(client, cookId, cancellation).ConfigureAwait(false);
        if (!await RemoveCastsAsync(client, cookId, cancellation).ConfigureAwait(false)
            && !await PurgeSomeAsync(client, CookIds.PiecesPrefix(cookId), cancellation).ConfigureAwait(false)
            && !await PurgeSomeAsync(client, cookId, cancellation).ConfigureAwait(false))
        {
            await RemoveRestAsync(cookId, cancellation).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>The list of cooks, and whoever asks for one, has it from the engine.</summary>
    async Task HideAsync(DurableTaskClient client, string cookId, CancellationToken cancellation)
    {
        if (await cooks.FindAsync(cookId, cancellation).ConfigureAwait(false) is { IdempotencyKey: { } key } manifest)
        {
            await claims.MarkDeletedAsync(manifest.Account, key, cookId, cancellation).ConfigureAwait(false);
        }

        await CastRemover.PurgeAsync(client, cookId, cancellation).ConfigureAwait(false);
    }

    /// <returns>False if there are none any more.</returns>
    async Task<bool> RemoveCastsAsync(DurableTaskClient client, string cookId, CancellationToken cancellation)
    {
        var found = new HashSet<string>();
        await foreach (var name in objects.ListAsync($"casts/{CookIds.PiecesPrefix(cookId)}", after: null, cancellation).ConfigureAwait(false))
        {
            if (found.Add(CastIds.RootOf(name.Split('/')[1])) && found.Count == MaxCasts)
            {
                break;
            }
        }

        await Parallel.ForEachAsync(
            found,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (castId, token) => await casts.RemoveAsync(client, castId, token).ConfigureAwait(false)).ConfigureAwait(false);
        return found.Count > 0;
    }

    /// <summary>Orchestrations of which nothing is stored: of casts that were removed, and of what told others of them.</summary>
    /// <returns>False if there are none any more.</returns>
    static async Task<bool> PurgeSomeAsync(DurableTaskClient client, string prefix, CancellationToken cancellation)
    {
        var query = new OrchestrationQuery(InstanceIdPrefix: prefix, PageSize: MaxCasts);
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages(null, query.PageSize).WithCancellation(cancellation).ConfigureAwait(false))
        {
            foreach (var instance in page.Values)
            {
                await CastRemover.PurgeAsync(client, instance.InstanceId, cancellation).ConfigureAwait(false);
            }

            if (page.Values.Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    async Task RemoveRestAsync(string cookId, CancellationToken cancellation)
    {
        // Of pieces that could not be begun: those of the others went with their casts.
        var left = new List<string>();
        await foreach (var letter in letters.ListAsync(CookIds.AccountOf(cookId), CookIds.PiecesPrefix(cookId), after: null, cancellation).ConfigureAwait(false))
        {
            left.Add(letter.CastId);
        }

        foreach (var castId in left)
        {
            await dealt.ForgetAsync(castId, cancellation).ConfigureAwait(false);
        }

        await cooks.DeleteAsync(cookId, cancellation).ConfigureAwait(false);
        await objects.DeleteAsync(NameOf(cookId), cancellation).ConfigureAwait(false);
    }

    static string NameOf(string cookId) => $"{Folder}{CookIds.AccountOf(cookId)}/{cookId}.json";
}

/// <param name="At">When somebody asked for it, or it was due.</param>
public sealed record CookRemoval(string CookId, DateTimeOffset At);
