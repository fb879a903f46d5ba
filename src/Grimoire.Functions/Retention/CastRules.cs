using System.Runtime.CompilerServices;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Retention;

/// <summary>Casts that have ended, with their sub-casts and all that they have left behind. Pieces go with their cook.</summary>
public sealed class CastsRule(RetentionUnits units, CastRemover remover, IObjectStore objects, RetentionOptions options) : IRetentionRule
{
    public RetentionKind Kind => RetentionKind.Casts;

    public TimeSpan? Keep => options.Casts;

    public async IAsyncEnumerable<Seen> LookAsync(DurableTaskClient client, DateTimeOffset before, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = "";
        await foreach (var name in OldNames.OfCastsAsync(objects, before, after, cancellation).ConfigureAwait(false))
        {
            var id = RetentionUnits.IdOf(OldNames.IdOf(name));
            if (id == last)
            {
                continue;
            }

            last = id;
            if (!CookIds.IsValid(id))
            {
                var unit = await units.FindDueAsync(client, id, before, isWhole: true, cancellation).ConfigureAwait(false);
                yield return Seen.One(OldNames.Behind(id), unit is null ? null : new Due(id, unit.EndedAt!.Value, unit.Bytes));
            }
        }
    }

    public Task RemoveAsync(DurableTaskClient client, Due due, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(due);
        return remover.RemoveAsync(client, due.Name, cancellation);
    }
}

/// <summary>Cooks that have ended, each with all of its pieces.</summary>
public sealed class CooksRule(RetentionUnits units, CookRemover remover, IObjectStore objects, RetentionOptions options) : IRetentionRule
{
    const string Folder = "cooks/";

    public RetentionKind Kind => RetentionKind.Cooks;

    public TimeSpan? Keep => options.Cooks;

    public async IAsyncEnumerable<Seen> LookAsync(DurableTaskClient client, DateTimeOffset before, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = "";
        await foreach (var name in objects.ListAsync(Folder, after, cancellation).ConfigureAwait(false))
        {
            var id = OldNames.IdOf(name);
            if (id == last || !CookIds.IsValid(id))
            {
                continue;
            }

            last = id;
            var unit = await units.FindDueAsync(client, id, before, isWhole: true, cancellation).ConfigureAwait(false);

            // Behind all that belongs to it: a zero comes behind a slash.
            yield return Seen.One($"{Folder}{id}0", unit is null ? null : new Due(id, unit.EndedAt!.Value));
        }
    }

    /// <summary>What is left of it then goes in the background, before anything else is looked at.</summary>
    public Task RemoveAsync(DurableTaskClient client, Due due, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(due);
        return remover.BeginAsync(client, due.Name, cancellation);
    }
}

/// <summary>What casts and pieces have made, where the cast is kept for longer. Its journal says that it is gone before it goes.</summary>
public sealed class ArtifactsRule(RetentionUnits units, Journal journal, IObjectStore objects, RetentionOptions options, TimeProvider time) : IRetentionRule
{
    public RetentionKind Kind => RetentionKind.Artifacts;

    public TimeSpan? Keep => options.Artifacts;

    public async IAsyncEnumerable<Seen> LookAsync(DurableTaskClient client, DateTimeOffset before, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (lastCast, lastUnit) = ("", "");
        RetentionUnit? due = null;
        await foreach (var name in OldNames.OfCastsAsync(objects, before, after, cancellation).ConfigureAwait(false))
        {
            var castId = OldNames.IdOf(name);
            if (castId == lastCast || !name.StartsWith(CastObjects.Artifacts(castId), StringComparison.Ordinal))
            {
                continue;
            }

            lastCast = castId;
            if (RetentionUnits.IdOf(castId) is var id && id != lastUnit)
            {
                lastUnit = id;
                due = await units.FindDueAsync(client, id, before, isWhole: false, cancellation).ConfigureAwait(false) is { } over
                    && !await units.GoesAsync(client, id, cancellation).ConfigureAwait(false) ? over : null;
            }

            yield return Seen.One(
                $"casts/{castId}/artifacts0", due is null ? null : new Due(castId, due.EndedAt!.Value, (await SizesAsync(castId, cancellation).ConfigureAwait(false)).Bytes));
        }
    }

    public async Task RemoveAsync(DurableTaskClient client, Due due, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(due);
        var (names, bytes) = await SizesAsync(due.Name, cancellation).ConfigureAwait(false);
        await journal.AppendIfThereAsync(due.Name, [CastEvents.WithoutArtifacts(time.GetUtcNow(), names.Count, bytes)], cancellation).ConfigureAwait(false);
        foreach (var name in names)
        {
            await objects.DeleteAsync(name, cancellation).ConfigureAwait(false);
        }
    }

    async Task<(IReadOnlyList<string> Names, long Bytes)> SizesAsync(string castId, CancellationToken cancellation)
    {
        var (names, bytes) = (new List<string>(), 0L);
        await foreach (var name in objects.ListAsync(CastObjects.Artifacts(castId), after: null, cancellation).ConfigureAwait(false))
        {
            names.Add(name);
            bytes += (await objects.InspectAsync(name, cancellation).ConfigureAwait(false))?.Bytes ?? 0;
        }

        return (names, bytes);
    }
}
