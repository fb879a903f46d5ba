using System.Collections.Concurrent;
using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Probe;

/// <summary>Notes the trigger of each function that runs.</summary>
public sealed class Trail : IFunctionsWorkerMiddleware
{
    readonly ConcurrentDictionary<string, string> _seen = new();

    public IReadOnlyDictionary<string, string> Seen => _seen;

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        string trigger = context.FunctionDefinition.InputBindings.Values.First(b => b.Type.EndsWith("Trigger", StringComparison.Ordinal)).Type;
        context.Items["trail"] = trigger;
        await next(context);
        _seen[context.FunctionDefinition.Name] = trigger;
    }
}

/// <summary>Turns exceptions into responses, in the way of the public samples.</summary>
public sealed class ErrorsAsResponses : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e)
        {
            HttpRequestData request = await context.GetHttpRequestDataAsync() ?? throw new InvalidOperationException("No request.", e);
            HttpResponseData response = request.CreateResponse();
            await response.WriteAsJsonAsync(new { caught = e.Message });
            response.StatusCode = HttpStatusCode.UnprocessableEntity;
            OutputBindingData<HttpResponseData>? output = context.GetOutputBindings<HttpResponseData>()
                .FirstOrDefault(b => b.BindingType == "http" && b.Name != "$return");
            if (output is not null)
            {
                output.Value = response;
            }
            else
            {
                context.GetInvocationResult().Value = response;
            }
        }
    }
}

/// <summary>Gives activities another input than they were called with.</summary>
public sealed class InputReplacement : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        BindingMetadata binding = context.FunctionDefinition.InputBindings.Values.First(b => b.Type == "activityTrigger");
        if (context.FunctionDefinition.Name == nameof(Tasks.Shout))
        {
            InputBindingData<string> input = await context.BindInputAsync<string>(binding);
            input.Value += " (replaced)";
        }

        await next(context);
    }
}

/// <summary>Answers requests that carry a certain header itself.</summary>
public static class ShortCut
{
    public const string Header = "X-Short-Cut";

    public static async Task InvokeAsync(FunctionContext context, Func<Task> next)
    {
        if (context.FunctionDefinition.InputBindings.Values.Any(b => b.Type == "httpTrigger")
            && await context.GetHttpRequestDataAsync() is { } request && request.Headers.Contains(Header))
        {
            HttpResponseData response = request.CreateResponse((HttpStatusCode)418);
            await response.WriteStringAsync("short cut");
            context.GetInvocationResult().Value = response;
            return;
        }

        await next();
        if (context.GetHttpResponseData() is { } answered)
        {
            answered.Headers.Add("X-Invocation-Id", context.InvocationId);
        }
    }
}
