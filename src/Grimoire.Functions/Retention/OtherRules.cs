using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Retention;

/// <summary>Letters that nobody has dealt with: they keep their cast no longer, and leave the list.</summary>
public sealed class LettersRule(DeadLetterStore store, DeadLetters letters, RetentionOptions options) : IRetentionRule
{
    public RetentionKind Kind => RetentionKind.DeadLetters;

    public TimeSpan? Keep => options.DeadLetters;

    public async IAsyncEnumerable<Seen> LookAsync(DurableTaskClient client, DateTimeOffset before, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var letter in store.ListAsync(after, cancellation).ConfigureAwait(false))
        {
            yield return Seen.One(letter.CastId, letter.FailedAt < before ? new Due(letter.CastId, letter.FailedAt) : null);
        }
    }

    public Task RemoveAsync(DurableTaskClient client, Due due, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(due);
        return letters.DiscardAsync(due.Name, by: null, "Nobody has dealt with it for as long as letters are kept.", cancellation);
    }
}

/// <summary>Orchestrations that polled jobs and sent notifications, of casts that have ended. A cast's own stays as long as the cast: the list of casts is made of them.</summary>
public sealed class HistoriesRule(RetentionUnits units, RetentionOptions options) : IRetentionRule
{
    const int PageSize = 100;

    public RetentionKind Kind => RetentionKind.Histories;

    public TimeSpan? Keep => options.Histories;

    public async IAsyncEnumerable<Seen> LookAsync(DurableTaskClient client, DateTimeOffset before, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var query = new OrchestrationQuery(
            CreatedTo: before,
            Statuses: [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated],
            PageSize: PageSize,
            ContinuationToken: after);
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages(after, PageSize).WithCancellation(cancellation).ConfigureAwait(false))
        {
            var due = new List<Due>();
            foreach (var instance in page.Values.Where(instance => instance.Name is nameof(PollJob) or nameof(NotifyOfCast) && instance.LastUpdatedAt < before))
            {
                if (await IsOverAsync(client, RetentionUnits.IdOf(instance.InstanceId), before, cancellation).ConfigureAwait(false))
                {
                    due.Add(new Due(instance.InstanceId, instance.LastUpdatedAt));
                }
            }

            yield return new Seen(page.ContinuationToken, Math.Max(1, page.Values.Count), due);
        }
    }

    public Task RemoveAsync(DurableTaskClient client, Due due, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(due);
        return client.PurgeInstanceAsync(due.Name, cancellation);
    }

    /// <summary>The cast, or cook, is over, and stays.</summary>
    async Task<bool> IsOverAsync(DurableTaskClient client, string id, DateTimeOffset before, CancellationToken cancellation) =>
        await units.FindDueAsync(client, id, before, isWhole: false, cancellation).ConfigureAwait(false) is not null
        && !await units.GoesAsync(client, id, cancellation).ConfigureAwait(false);
}

/// <summary>Which cast or cook an Idempotency-Key has started: the same request starts anew then.</summary>
public sealed class IdempotencyKeysRule(IObjectStore objects, RetentionOptions options) : IRetentionRule
{
    public RetentionKind Kind => RetentionKind.IdempotencyKeys;

    public TimeSpan? Keep => options.IdempotencyKeys;

    public async IAsyncEnumerable<Seen> LookAsync(DurableTaskClient client, DateTimeOffset before, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        await foreach (var name in objects.ListAsync("idempotency/", after, cancellation).ConfigureAwait(false))
        {
            Due? due = null;
            if (await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored
                && CastStore.Parse<IdempotencyClaim>(name, stored.Content) is { } claim
                && CastIds.TimeOf(claim.CastId) is { } asked && asked < before
                && await client.GetInstanceAsync(claim.CastId, getInputsAndOutputs: false, cancellation).ConfigureAwait(false) is not { IsCompleted: false })
            {
                due = new Due(name, asked);
            }

            yield return Seen.One(name, due);
        }
    }

    public Task RemoveAsync(DurableTaskClient client, Due due, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(due);
        return objects.DeleteAsync(due.Name, cancellation);
    }
}

/// <summary>What accounts have used, by day: the name of each object has the day in it.</summary>
public sealed partial class UsageRule(IObjectStore objects, RetentionOptions options) : IRetentionRule
{
    public RetentionKind Kind => RetentionKind.Usage;

    public TimeSpan? Keep => options.Usage;

    public async IAsyncEnumerable<Seen> LookAsync(DurableTaskClient client, DateTimeOffset before, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var name in objects.ListAsync("usage/", after, cancellation).ConfigureAwait(false))
        {
            // It is over with the end of the day.
            var over = Day().Match(name) is { Success: true } day
                && DateTimeOffset.TryParseExact(day.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date.AddDays(1) : (DateTimeOffset?)null;
            yield return Seen.One(name, over < before ? new Due(name, over.Value) : null);
        }
    }

    public Task RemoveAsync(DurableTaskClient client, Due due, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(due);
        return objects.DeleteAsync(due.Name, cancellation);
    }

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}")]
    private static partial Regex Day();
}
