using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>One cast: an interpreter of the spell that is pinned in its manifest. What it decides, the domain decides; what it does, activities do.</summary>
public static class CastSpell
{
    [Function(nameof(CastSpell))]
    public static Task<Casts.CastOutcome> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var order = context.GetInput<CastOrder>() ?? throw new InvalidOperationException($"{nameof(CastSpell)} was started without an order.");
        return new CastRun(context, order).RunAsync();
    }
}
