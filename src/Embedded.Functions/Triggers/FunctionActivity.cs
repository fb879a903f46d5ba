using Embedded.DurableTask.Engine.Activities;
using Embedded.Functions.Discovery;
using Embedded.Functions.Invocation;
using Microsoft.DurableTask;

namespace Embedded.Functions.Triggers;

/// <summary>A function with an activity trigger, as the engine sees it.</summary>
internal sealed class FunctionActivity(HostedFunction function, ActivityFunctionTrigger trigger, FunctionInvoker invoker, FunctionTimeout timeout)
    : ITaskActivity
{
    public Type InputType => trigger.InputType;

    public Type OutputType => typeof(object);

    public async Task<object?> RunAsync(TaskActivityContext context, object? input)
    {
        using TimeLimit limit = timeout.Start((context as EmbeddedActivityContext)?.Stopping ?? CancellationToken.None);
        await using HostedFunctionContext invocation = invoker.CreateContext(
            function, limit.Token, () => TriggerData.Of(("instanceId", context.InstanceId), ("name", context.Name.Name)));
        invocation.Features.Set(context);
        invocation.Bindings.Inputs[trigger.Parameter] = input;
        await invoker.RunAsync(invocation, limit).ConfigureAwait(false);
        return invocation.Bindings.Result;
    }
}
