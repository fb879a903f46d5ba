using Embedded.Functions.Binding;
using Microsoft.Azure.Functions.Worker.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The HTTP side of an invocation.</summary>
public static class FunctionContextHttpRequestExtensions
{
    /// <summary>The request; <see langword="null"/> if something else than HTTP triggered the invocation.</summary>
    public static ValueTask<HttpRequestData?> GetHttpRequestDataAsync(this FunctionContext context) =>
        (context.Features.Get<IHttpRequestDataFeature>() ?? RequestOfTrigger.Instance).GetHttpRequestDataAsync(context);

    /// <summary>
    /// What the function answered, be it its result or a property of it; <see langword="null"/> if that is no
    /// <see cref="HttpResponseData"/>. Middleware has it after it called the function.
    /// </summary>
    public static HttpResponseData? GetHttpResponseData(this FunctionContext context) =>
        context.GetInvocationResult().Value as HttpResponseData
        ?? context.GetOutputBindings<HttpResponseData>()
            .FirstOrDefault(output => output.BindingType.Equals("http", StringComparison.OrdinalIgnoreCase))?.Value;
}
