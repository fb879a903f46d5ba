using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Activities;

/// <summary>Reads what a generation of a cook is to do, and tells that it begins.</summary>
public sealed class StartCook(CookStore cooks, Journal journal, TimeProvider time)
{
    [Function(nameof(StartCook))]
    public async Task<CookStart> RunAsync([ActivityTrigger] CookOrder order, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        var manifest = await cooks.GetAsync(order.CookId, cancellation).ConfigureAwait(false);
        if (order.Course is null)
        {
            await journal
                .AppendAsync(order.CookId, [CookEvents.OfCreation(manifest), CookEvents.OfStart(order.Generation, time.GetUtcNow(), order.Count)], cancellation)
                .ConfigureAwait(false);
            await CastNotifiers.BeginAsync(client, manifest, cancellation).ConfigureAwait(false);
        }

        var plan = new CookPlan(order.CookId, order.Generation, order.Count, manifest.Settings.Concurrency)
        {
            Tolerated = manifest.Settings.Tolerated,
            BudgetUsd = manifest.Settings.BudgetUsd,
            PieceBudgetUsd = manifest.Settings.PieceBudgetUsd,
            EstimateUsd = CastPlan.Of(PieceManifests.Of(manifest, piece: 0, order.Generation, inputs: [], budgetUsd: null, manifest.CreatedAt)).Steps.Sum(step => step.EstimateUsd),
        };
        return new CookStart(plan, manifest.Spell.Slug, manifest.Settings.Name);
    }
}
