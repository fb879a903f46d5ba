using Grimoire.Cooks;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Activities;

/// <summary>Ends a generation of a cook: stores what it has come to, and closes its part of the journal.</summary>
public sealed class FinishCook(CookStore cooks, Journal journal, TimeProvider time)
{
    [Function(nameof(FinishCook))]
    public async Task<CookOutcome> RunAsync([ActivityTrigger] CookEnd end, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(end);
        var outcome = await cooks.SaveOutcomeAsync(end.CookId, end.Outcome, cancellation).ConfigureAwait(false);
        await journal.AppendAsync(end.CookId, [CookEvents.OfEnd(outcome, time.GetUtcNow())], cancellation).ConfigureAwait(false);
        if (await cooks.FindAsync(end.CookId, cancellation).ConfigureAwait(false) is { } manifest)
        {
            await CastNotifiers.LookAsync(client, manifest, cancellation).ConfigureAwait(false);
        }

        return outcome;
    }
}
