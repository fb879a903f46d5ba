using System.Collections.Concurrent;
using Embedded.Functions.Discovery;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;

namespace Embedded.Functions.Invocation;

/// <summary>The end of the pipeline: binds the parameters and runs the function's code.</summary>
internal sealed class FunctionExecutor(ParameterBinder binder, IFunctionActivator activator) : IFunctionExecutor
{
    readonly ConcurrentDictionary<HostedFunction, FunctionBody> _bodies = new();

    // Not ConfigureAwait(false): in an orchestration what follows must stay in its turn.
    public async ValueTask ExecuteAsync(FunctionContext context)
    {
        FunctionBindings bindings = context.Bindings();
        var function = (HostedFunction)context.FunctionDefinition;
        FunctionBody body = _bodies.GetOrAdd(function, static (f, a) => f.Body(a), activator);
        object?[] arguments = await binder.BindAsync(context, bindings);
        bindings.Result = await body(context, arguments);
    }
}
