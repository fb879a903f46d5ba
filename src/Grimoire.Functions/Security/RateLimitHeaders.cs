using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Grimoire.Functions.Security;

/// <summary>Tells in each answer, whatever it is, how many requests may still come.</summary>
public sealed class RateLimitHeaders : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        await next(context).ConfigureAwait(false);
        if (RequestLimit.Of(context) is { } state && context.GetInvocationResult().Value is HttpResponseData response)
        {
            response.Headers.Add("RateLimit-Policy", state.Policy);
            response.Headers.Add("RateLimit", state.Limit);
        }
    }
}
