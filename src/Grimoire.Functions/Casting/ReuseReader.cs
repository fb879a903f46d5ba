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

        return (new RedriveOrigin(old.CastId, plan.FromStep, reused, ItemsOf(old, wanted, plan.FromStep, [.. records[plan.FromStep]])), null);
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

        var succeeded = records.Where(record => record.Status == AttemptStatus.Succeeded).ToList();
        var artifacts = succeeded.SelectMany(record => record.Artifacts).ToList();
        if (old.Step(source.Step).ForEach is null)
        {
            return succeeded.Count == 0 ? null : new ReusedStep(CastStore.OutputOf(succeeded[^1]), old.CastId, Skipped: false, artifacts);
        }

        if (await StoredAsync(old, CastObjects.Output(old.CastId, source.Step), cancellation).ConfigureAwait(false) is { } combined)
        {
            return combined with { Artifacts = artifacts };
        }

        // It was small: put together again from its elements, of which the old cast may have taken over some.
        var items = new SortedDictionary<int, JsonNode?>();
        foreach (var (item, payload) in old.Redrive?.FromStep == source.Step ? old.Redrive.Items ?? new Dictionary<int, Payload>() : new Dictionary<int, Payload>())
        {
            items[item] = await casts.LoadAsync(payload, cancellation).ConfigureAwait(false);
        }

        foreach (var record in succeeded)
        {
            items[record.Item ?? 0] = record.Output;
        }

        return new ReusedStep(new Payload { Value = new JsonArray([.. items.Values.Select(value => value?.DeepClone())]) }, old.CastId, Skipped: false, artifacts);
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

    /// <summary>The elements of an unfinished forEach that are done. With other inputs they may be other elements: then all run.</summary>
    static Dictionary<int, Payload>? ItemsOf(CastManifest old, CastManifest wanted, string step, IReadOnlyList<AttemptRecord> records)
    {
        if (old.Spell.Steps.All(was => was.Id != step) || old.Step(step).ForEach is null || !JsonNode.DeepEquals(old.Inputs, wanted.Inputs))
        {
            return null;
        }

        var items = old.Redrive?.FromStep == step && old.Redrive.Items is { } earlier ? new Dictionary<int, Payload>(earlier) : [];
        foreach (var record in records.Where(record => record is { Status: AttemptStatus.Succeeded, Item: not null }))
        {
            items[record.Item!.Value] = CastStore.OutputOf(record);
        }

        return items;
    }
}
