using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Casting;

/// <summary>Finds what a new cast can take over from an old one, so that nothing is paid for twice.</summary>
public sealed class ReuseReader(CastStore casts, AttemptStore attempts, Journal journal, IObjectStore objects)
{
    /// <param name="old">The cast that has ended.</param>
    /// <param name="wanted">What the new one starts from.</param>
    /// <param name="fromStep">Where to begin; null: where the old one failed.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What is taken over, or why that cannot be.</returns>
    public async Task<(RedriveOrigin? Origin, string? Problem)> OriginAsync(
        CastManifest old, CastManifest wanted, string? fromStep, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(wanted);
        var view = CastView.Of(old, await journal.ReadAllAsync(old.CastId, cancellation).ConfigureAwait(false));
        var (plan, problem) = RedrivePlan.Of(old, view, wanted, fromStep);
        if (plan is null)
        {
            return (null, problem);
        }

        var records = (await attempts.ListAsync(old.CastId, step: null, cancellation).ConfigureAwait(false)).ToLookup(record => record.Step);
        var reused = new Dictionary<string, ReusedStep>();
        foreach (var (step, source) in plan.Reused)
        {
            if (await ReusedAsync(old, source, [.. records[source.Step]], cancellation).ConfigureAwait(false) is not { } found)
            {
                return (null, $"What step '{source.Step}' of the cast '{old.CastId}' has come to is not stored any more: begin with that step, or earlier.");
            }

            reused[step] = found;
        }

        var resumed = plan.Resumed.ToDictionary(step => step, step => ItemsOf(old, step, records[step]));
        return (new RedriveOrigin(old.CastId, plan.FromStep, reused, resumed), null);
    }

    async Task<ReusedStep?> ReusedAsync(CastManifest old, ReuseSource source, IReadOnlyList<AttemptRecord> records, CancellationToken cancellation)
    {
        if (source.Kind == ReuseKind.Nothing)
        {
            return new ReusedStep(Payload.Nothing, old.CastId, Skipped: true, []);
        }

        // It may itself have been taken over.
        if (old.Redrive?.Reused.GetValueOrDefault(source.Step) is { } earlier)
        {
            return earlier;
        }

        if (source.Kind == ReuseKind.CaughtValue)
        {
            return await StoredAsync(old, CastObjects.Caught(old.CastId, source.Step), cancellation).ConfigureAwait(false);
        }

        if (old.Step(source.Step).ForEach is null)
        {
            return records.LastOrDefault(record => record.Status == AttemptStatus.Succeeded) is { } succeeded
                ? new ReusedStep(CastStore.OutputOf(succeeded), old.CastId, Skipped: false, succeeded.Artifacts)
                : null;
        }

        var items = ItemsOf(old, source.Step, records);
        var artifacts = items.SelectMany(item => item.Artifacts).ToList();
        if (await StoredAsync(old, CastObjects.Output(old.CastId, source.Step), cancellation).ConfigureAwait(false) is { } combined)
        {
            return combined with { Artifacts = artifacts };
        }

        // It was small: put together again from its elements, of which the old cast may have taken over some.
        var values = await Task.WhenAll(items.Select(item => casts.LoadAsync(item.Output, cancellation))).ConfigureAwait(false);
        return new ReusedStep(new Payload { Value = new JsonArray([.. values.Select(value => value?.DeepClone())]) }, old.CastId, Skipped: false, artifacts);
    }

    async Task<ReusedStep?> StoredAsync(CastManifest old, string name, CancellationToken cancellation)
    {
        if (await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is not { } stored)
        {
            return null;
        }

        var payload = stored.Content.Length <= Payload.MaxInlineBytes
            ? new Payload { Value = CastStore.Parse<JsonNode>(name, stored.Content) }
            : new Payload { StoredAs = name };
        return new ReusedStep(payload, old.CastId, Skipped: false, []);
    }

    /// <summary>The elements of a forEach that are done, in order. They stay where they are stored, for they may be many.</summary>
    static IReadOnlyList<ReusedItem> ItemsOf(CastManifest old, string step, IEnumerable<AttemptRecord> records)
    {
        var items = new SortedDictionary<int, ReusedItem>();
        foreach (var earlier in old.Redrive?.Resumed.GetValueOrDefault(step) ?? [])
        {
            items[earlier.Item] = earlier;
        }

        foreach (var record in records.Where(record => record is { Status: AttemptStatus.Succeeded, Item: not null }))
        {
            items[record.Item!.Value] = new ReusedItem(
                record.Item.Value, new Payload { StoredAs = CastObjects.Attempt(record.Key) }, old.CastId, record.Artifacts);
        }

        return [.. items.Values];
    }
}
