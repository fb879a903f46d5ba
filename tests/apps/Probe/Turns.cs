using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Probe;

/// <summary>Orchestrations looked at from within their turns.</summary>
public sealed class Turns(Holds holds, Crowd crowd)
{
    /// <summary>Keeps its turn until it is released, which no orchestrator should do.</summary>
    [Function(nameof(KeepTurn))]
    public void KeepTurn([OrchestrationTrigger] TaskOrchestrationContext context, string name)
    {
        crowd.Enter(name);
        holds[name].Enter();
        holds[name].Released.Wait();
        crowd.Leave(name);
    }

    [Function(nameof(Traced))]
    public static Task<string> Traced([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync<string>(nameof(TraceOf), "");

    [Function(nameof(TraceOf))]
    public static string TraceOf([ActivityTrigger] string nothing, FunctionContext context) => context.TraceContext.TraceParent;
}
