using Embedded.DurableTask.Engine.Orchestrations;
using Embedded.Functions.Discovery;
using Embedded.Functions.Invocation;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Triggers;

/// <summary>
/// A function with an orchestration trigger, as the engine sees it: one for each time an instance comes into memory. One invocation
/// spans all turns until the instance ends or leaves memory; the official worker makes one for each replay.
/// </summary>
internal sealed partial class FunctionOrchestrator(
    HostedFunction function, OrchestrationFunctionTrigger trigger, FunctionInvoker invoker, DataConverter converter, ILoggerFactory loggers)
    : ITaskOrchestrator, IUnloadable
{
    HostedFunctionContext? _invocation;

    public Type InputType => typeof(SerializedInput);

    public Type OutputType => typeof(object);

    public async Task<object?> RunAsync(TaskOrchestrationContext context, object? input)
    {
        HostedFunctionContext invocation = _invocation = invoker.CreateContext(
            function, CancellationToken.None, () => TriggerData.Of(("instanceId", context.InstanceId)));
        FunctionBindings bindings = invocation.Bindings;
        string? data = (input as SerializedInput)?.Data;
        bindings.Inputs[trigger.Parameter] = new FunctionsOrchestrationContext(context, invocation, data, converter, loggers);
        if (trigger.Input is { } parameter)
        {
            bindings.Inputs[parameter.Name] = converter.Deserialize(data, parameter.Type);
        }

        await invoker.RunInTurnAsync(invocation);
        return bindings.Result;
    }

    public void Unload()
    {
        if (_invocation is { } invocation)
        {
            _invocation = null;
            _ = DisposeAsync(invocation);
        }
    }

    async Task DisposeAsync(HostedFunctionContext invocation)
    {
        try
        {
            await invocation.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The orchestration is over; what its services do on their way out cannot change that.
            LogDisposeFailed(loggers.CreateLogger($"Function.{function.Name}"), e, function.Name);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Services of function '{Function}' failed when they were disposed of.")]
    static partial void LogDisposeFailed(ILogger logger, Exception exception, string function);
}
