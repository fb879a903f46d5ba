using Embedded.Functions.Discovery;
using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Entities;

namespace Embedded.Functions.Triggers;

/// <summary>A function with an entity trigger, as the engine sees it: invoked once for each operation.</summary>
internal sealed class FunctionEntity(HostedFunction function, EntityFunctionTrigger trigger, FunctionInvoker invoker, FunctionTimeout timeout)
    : ITaskEntity
{
    public async ValueTask<object?> RunAsync(TaskEntityOperation operation)
    {
        using TimeLimit limit = timeout.Start(CancellationToken.None);
        await using HostedFunctionContext invocation = invoker.CreateContext(
            function, limit.Token, () => TriggerData.Of(("instanceId", operation.Context.Id.ToString())));
        var dispatcher = new TaskEntityDispatcher(operation, invocation);
        invocation.Bindings.Inputs[trigger.Parameter] = dispatcher;
        await invoker.RunAsync(invocation, limit).ConfigureAwait(false);
        return dispatcher.Result(function.Name);
    }
}
