using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Activities;

/// <summary>Tells whether a step with "when" runs, and for how many elements one with "forEach" does. In an activity, because values may be in storage.</summary>
public sealed class DecideStep(CastStore casts, StepBinding binding, CastOptions options)
{
    [Function(nameof(DecideStep))]
    public async Task<StepDecision> RunAsync([ActivityTrigger] StepRequest order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        var manifest = await casts.GetAsync(order.CastId, cancellation).ConfigureAwait(false);
        return await binding.DecideAsync(manifest, manifest.Step(order.Step), order, options.MaxItems, cancellation).ConfigureAwait(false);
    }
}
