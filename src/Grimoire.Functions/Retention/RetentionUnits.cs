using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Retention;

/// <summary>What is kept or removed as a whole: a cast that nobody else has started, with its sub-casts; or a cook with its pieces.</summary>
/// <param name="EndedAt">Null: it runs, or nobody has told its end yet.</param>
/// <param name="Redrives">Casts that have done it, or pieces of it, again: what they have taken over is stored with it.</param>
/// <param name="Bytes">Of the artifacts that its own journal tells of.</param>
public sealed record RetentionUnit(string Id, DateTimeOffset? EndedAt, IReadOnlyList<string> Redrives, long Bytes);

/// <summary>Since when casts and cooks are over, and whether anything still needs them.</summary>
public sealed class RetentionUnits(
    CookStore cooks, Journal journal, DeadLetterStore letters, CookRemover removals, IObjectStore objects, RetentionOptions options, TimeProvider time)
{
    /// <summary>What was never begun may still be on its way for so long.</summary>
    static readonly TimeSpan Settled = TimeSpan.FromHours(1);

    /// <summary>The unit that a cast, or an orchestration of its, belongs to.</summary>
    public static string IdOf(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var root = CastIds.RootOf(id);
        return CookIds.TryCookOf(root, out var cookId, out _, out _) ? cookId : root;
    }

    /// <summary>The unit, if it was over before that and nothing needs it any more; else null.</summary>
    /// <param name="client">The engine's.</param>
    /// <param name="id">Of a unit.</param>
    /// <param name="before">When.</param>
    /// <param name="isWhole">It is to be removed with all that belongs to it: a letter that nobody has dealt with keeps it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<RetentionUnit?> FindDueAsync(DurableTaskClient client, string id, DateTimeOffset before, bool isWhole, CancellationToken cancellation)
    {
        if (!(CastIds.TimeOf(id) < before))
        {
            return null;
        }

        var unit = CookIds.IsValid(id) ? await CookAsync(client, id, cancellation).ConfigureAwait(false) : await CastAsync(client, id, cancellation).ConfigureAwait(false);
        if (!(unit.EndedAt < before) || (isWhole && await HasLetterAsync(id, cancellation).ConfigureAwait(false)))
        {
            return null;
        }

        foreach (var again in unit.Redrives)
        {
            if (await objects.ReadAsync(CastObjects.Manifest(again), cancellation).ConfigureAwait(false) is not null
                && await FindDueAsync(client, again, before, isWhole, cancellation).ConfigureAwait(false) is null)
            {
                return null;
            }
        }

        return unit;
    }

    /// <summary>Whether it is to be removed as a whole.</summary>
    public async Task<bool> GoesAsync(DurableTaskClient client, string id, CancellationToken cancellation) =>
        (CookIds.IsValid(id) ? options.Cooks : options.Casts) is { } keep
        && await FindDueAsync(client, id, time.GetUtcNow() - keep, isWhole: true, cancellation).ConfigureAwait(false) is not null;

    async Task<RetentionUnit> CastAsync(DurableTaskClient client, string castId, CancellationToken cancellation)
    {
        var instance = await client.GetInstanceAsync(castId, getInputsAndOutputs: false, cancellation).ConfigureAwait(false);
        if (instance is { IsCompleted: false })
        {
            return new RetentionUnit(castId, null, [], 0);
        }

        var events = await journal.ReadAllAsync(castId, cancellation).ConfigureAwait(false);

        // One whose orchestration was ended without its saying so is ended by Reconcile.
        var endedAt = events.FirstOrDefault(e => CastEvents.IsEnd(e.Type))?.At ?? (instance is null && events.Count == 0 ? NeverBegun(castId) : null);
        return new RetentionUnit(
            castId,
            endedAt,
            [.. events.Where(e => e.Type == CastEvents.CastRedriven).Select(e => (string?)e.Data?["castId"]).OfType<string>()],
            events.Where(e => e.Type == CastEvents.ArtifactStored).Sum(e => (long?)e.Data?["bytes"] ?? 0));
    }

    async Task<RetentionUnit> CookAsync(DurableTaskClient client, string cookId, CancellationToken cancellation)
    {
        var running = new RetentionUnit(cookId, null, [], 0);
        var instance = await client.GetInstanceAsync(cookId, getInputsAndOutputs: false, cancellation).ConfigureAwait(false);
        if (instance is { IsCompleted: false }
            || await removals.IsBegunAsync(cookId, cancellation).ConfigureAwait(false)
            || await AnyRunsAsync(client, CookIds.PiecesPrefix(cookId), cancellation).ConfigureAwait(false))
        {
            return running;
        }

        DateTimeOffset? endedAt = null;
        var redrives = new List<string>();
        var events = await journal.ReadAllAsync(cookId, cancellation).ConfigureAwait(false);
        foreach (var e in events)
        {
            endedAt = e.Type == CookEvents.Started ? null : CookEvents.IsEnd(e.Type) ? e.At : endedAt;
            if (e.Type == CookEvents.PieceRedriven && (string?)e.Data?["castId"] is { } again)
            {
                redrives.Add(again);
            }
        }

        // The engine may have ended it before it could say so.
        endedAt ??= instance?.LastUpdatedAt
            ?? (events.Count == 0 && await cooks.FindAsync(cookId, cancellation).ConfigureAwait(false) is not null ? NeverBegun(cookId) : null);
        return running with { EndedAt = endedAt, Redrives = redrives };
    }

    static async Task<bool> AnyRunsAsync(DurableTaskClient client, string prefix, CancellationToken cancellation)
    {
        var query = new OrchestrationQuery(
            Statuses: [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended], InstanceIdPrefix: prefix, PageSize: 1);
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages(null, query.PageSize).WithCancellation(cancellation).ConfigureAwait(false))
        {
            if (page.Values.Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One that nobody has dealt with, and that is kept still.</summary>
    async Task<bool> HasLetterAsync(string id, CancellationToken cancellation)
    {
        var before = time.GetUtcNow() - options.DeadLetters;
        var prefix = CookIds.IsValid(id) ? CookIds.PiecesPrefix(id) : id + ".";
        var account = CookIds.IsValid(id) ? CookIds.AccountOf(id) : CastIds.AccountOf(id);
        await foreach (var letter in letters.ListAsync(account, prefix, after: null, cancellation).ConfigureAwait(false))
        {
            if (!(letter.FailedAt < before))
            {
                return true;
            }
        }

        return false;
    }

    DateTimeOffset? NeverBegun(string id) => CastIds.TimeOf(id) is { } asked && asked < time.GetUtcNow() - Settled ? asked : null;
}
