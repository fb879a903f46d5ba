using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Activities;

/// <summary>Evaluates the value that a "catch" gives in place of the output of a step that failed.</summary>
public sealed class SupplyValue(CastStore casts, StepBinding binding)
{
    [Function(nameof(SupplyValue))]
    public async Task<AttemptOutcome> RunAsync([ActivityTrigger] StepRequest order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        var manifest = await casts.GetAsync(order.CastId, cancellation).ConfigureAwait(false);
        var (value, failure) = await binding.CaughtAsync(manifest, manifest.Step(order.Step), order, cancellation).ConfigureAwait(false);
        if (failure is not null)
        {
            return new AttemptOutcome { Failure = failure };
        }

        // Not as the step's own output, which may be there: a forEach may have failed after its elements were put together.
        // Stored however small it is: no attempt has it, and a redrive wants it.
        var name = CastObjects.Caught(order.CastId, order.Step);
        return new AttemptOutcome { Output = await casts.KeepAsync(name, value, cancellation, always: true).ConfigureAwait(false) };
    }
}
