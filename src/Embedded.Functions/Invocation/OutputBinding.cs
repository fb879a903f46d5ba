using Embedded.Functions.Discovery;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Invocation;

/// <summary>When a function returns an object with a property for the response, takes the response from it, as the official worker does.</summary>
internal static class OutputBinding
{
    public static void Apply(FunctionContext context)
    {
        FunctionBindings bindings = context.Bindings();
        if (bindings.Result is { } result
            && context.FunctionDefinition is HostedFunction { Response: { } property and not HostedFunction.ReturnValue })
        {
            if (result.GetType().GetProperty(property)?.GetValue(result) is { } response)
            {
                bindings.Outputs[property] = response;
            }

            bindings.Result = null;
        }
    }
}
