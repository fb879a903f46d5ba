using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Binding;

/// <summary>
/// Finds the request among the inputs. It is not converted for that: a parameter of another type, bound to the trigger as
/// well, would get what was converted for the first one that asked.
/// </summary>
internal sealed class RequestOfTrigger : IHttpRequestDataFeature
{
    internal static RequestOfTrigger Instance { get; } = new();

    public ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context) => new(Find(context));

    static HttpRequestData? Find(FunctionContext context)
    {
        var trigger = context.FunctionDefinition.InputBindings.Values
            .FirstOrDefault(input => input.Type.Equals("httpTrigger", StringComparison.OrdinalIgnoreCase));
        if (trigger is null)
        {
            return null;
        }

        // Middleware may have put another request in the place of the first.
        FunctionBindings bindings = context.Bindings();
        return bindings.TryGetConverted(trigger.Name, out var converted) && converted.Value is HttpRequestData replaced
            ? replaced
            : bindings.Inputs.GetValueOrDefault(trigger.Name) as HttpRequestData;
    }
}
