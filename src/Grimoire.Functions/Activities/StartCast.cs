using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Activities;

/// <summary>Reads what the cast is to do, and opens its journal.</summary>
public sealed class StartCast(CastStore casts, Journal journal, DeadLetters letters, TimeProvider time)
{
    [Function(nameof(StartCast))]
    public async Task<CastStart> RunAsync([ActivityTrigger] CastOrder order, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        var start = await BeginAsync(order, cancellation).ConfigureAwait(false);
        var manifest = await casts.FindAsync(order.CastId, cancellation).ConfigureAwait(false);
        if (manifest is { Notify: not null })
        {
            await CastNotifiers.BeginAsync(client, manifest, cancellation).ConfigureAwait(false);
        }

        if (manifest is { Redrive: { } origin, Parent: null })
        {
            // Whoever has asked for it may have died before it was said.
            await letters.RedrivenAsync(origin.CastId, manifest.CastId, cancellation).ConfigureAwait(false);
        }

        if (manifest is not null)
        {
            // Last of all: what throws is done again, and counted when it is done.
            CastMetrics.CastBegun(manifest);
        }

        return start;
    }

    public async Task<CastStart> BeginAsync(CastOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (await casts.FindAsync(order.CastId, cancellation).ConfigureAwait(false) is not { } manifest)
        {
            return new CastStart(null, Failed("cast.gone", new CastGoneException(order.CastId).Message));
        }

        var now = time.GetUtcNow();
        CastPlan plan;
        try
        {
            plan = CastPlan.Of(manifest);
        }
        catch (InvalidDataException damaged)
        {
            await journal.AppendAsync(order.CastId, [CastEvents.Created(manifest)], cancellation).ConfigureAwait(false);
            return new CastStart(null, Failed("cast.invalid", damaged.Message));
        }

        await journal
            .AppendAsync(order.CastId, [CastEvents.Created(manifest), CastEvents.Started(now, plan.Steps.Count), .. Reused(manifest, now)], cancellation)
            .ConfigureAwait(false);
        return new CastStart(plan, null) { SaysReadyAt = true, CountsAttempts = true };
    }

    static IEnumerable<CastEvent> Reused(CastManifest manifest, DateTimeOffset now)
    {
        foreach (var (step, reused) in manifest.Redrive?.Reused ?? new Dictionary<string, ReusedStep>())
        {
            yield return CastEvents.Step(CastEvents.StepReused, step, now, new { reused.CastId, reused.Skipped, reused.Artifacts });
        }

        foreach (var (step, items) in manifest.Redrive?.Resumed ?? new Dictionary<string, IReadOnlyList<ReusedItem>>())
        {
            foreach (var item in items)
            {
                yield return CastEvents.Item(CastEvents.ItemReused, step, item.Item, now, new { item.CastId, item.Artifacts });
            }
        }
    }

    static Failure Failed(string code, string message) => new() { Code = code, Message = message, Phase = Phase.Validate };
}
