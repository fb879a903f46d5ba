using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Probe;

/// <summary>Orchestrations with services of their own, which rest until somebody says "go".</summary>
public sealed class Resting(Scoped scoped)
{
    [Function(nameof(Rest))]
    public async Task<bool> Rest([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.WaitForExternalEvent<string>("go");
        return scoped.IsDisposed;
    }
}
