using System.Diagnostics;
using Embedded.Functions.Discovery;
using Embedded.Functions.Invocation;
using Embedded.Functions.Triggers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Http;

/// <summary>Runs a function for a request and sends its result.</summary>
internal sealed partial class HttpFunction(HostedFunction function, HttpFunctionTrigger trigger, HttpFunctionServices services)
{
    public async Task HandleAsync(HttpContext http)
    {
        if (!await services.Keys.AllowsAsync(http, trigger.Level, function.Name).ConfigureAwait(false))
        {
            return;
        }

        if (!await services.Gate.EnterAsync(http.RequestAborted).ConfigureAwait(false))
        {
            http.Response.Headers.RetryAfter = "1";
            await Problem.WriteAsync(
                http, StatusCodes.Status429TooManyRequests, "Too many requests are under way.",
                "host.json allows no more (extensions.http.maxOutstandingRequests). Try again later.").ConfigureAwait(false);
            return;
        }

        try
        {
            Stream body = await ReceivedBody.ReadAsync(http.Request, http.RequestAborted).ConfigureAwait(false);
            using TimeLimit limit = services.Timeout.Start(http.RequestAborted);
            await using HostedFunctionContext invocation = services.Invoker.CreateContext(
                function, limit.Token, () => HttpTriggerData.Read(http.Request, body));
            try
            {
                await RunAsync(http, body, invocation, limit).ConfigureAwait(false);
            }
            finally
            {
                _ = DisposeAfterAsync(invocation.RunsOn, body);
            }
        }
        finally
        {
            services.Gate.Leave();
        }
    }

    async Task RunAsync(HttpContext http, Stream body, HostedFunctionContext invocation, TimeLimit limit)
    {
        if (Activity.Current is null && http.Request.Headers.TraceParent.ToString() is { Length: > 0 } traceParent)
        {
            invocation.IncomingTrace = (traceParent, http.Request.Headers.TraceState);
        }

        FunctionBindings bindings = invocation.Bindings;
        var request = new HostedHttpRequestData(http.Request, body, invocation);
        bindings.Inputs[trigger.Parameter] = request;
        try
        {
            await services.Invoker.RunAsync(invocation, limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone: there is nobody to answer.
            return;
        }
        catch (FunctionInputConverterException e)
        {
            await AnswerAsync(
                http, invocation, StatusCodes.Status400BadRequest, "The request does not fit what the function takes.", e.Message).ConfigureAwait(false);
            return;
        }
        catch (Exception)
        {
            if (invocation.RunsOn is not null)
            {
                request.Detach();
                _ = bindings.TriggerData;
            }

            // What it was is in the log, where the id finds it: a caller has no business with our insides.
            await AnswerAsync(http, invocation, StatusCodes.Status500InternalServerError, "The function failed.").ConfigureAwait(false);
            return;
        }

        await SendAsync(http, invocation).ConfigureAwait(false);
    }

    /// <param name="runsOn">What still runs, if the function's time is over but the function is not: the body is its, whoever has gone.</param>
    /// <param name="body">The request's body.</param>
    static async Task DisposeAfterAsync(Task? runsOn, Stream body)
    {
        if (runsOn is not null)
        {
            await runsOn.ConfigureAwait(false);
        }

        await body.DisposeAsync().ConfigureAwait(false);
    }

    async Task SendAsync(HttpContext http, HostedFunctionContext invocation)
    {
        FunctionBindings bindings = invocation.Bindings;
        object? result = function.Response is { } property and not HostedFunction.ReturnValue
            ? bindings.FindOutput(property) ?? bindings.Result
            : bindings.Result;
        try
        {
            await services.Results.SendAsync(http, result).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // As above.
        }
        catch (Exception e)
        {
            LogNotSent(services.Logger, e, function.Name, invocation.InvocationId);
            if (http.Response.HasStarted)
            {
                // Better no end than a wrong one.
                http.Abort();
                return;
            }

            await AnswerAsync(
                http, invocation, StatusCodes.Status500InternalServerError, "The function's response could not be sent.").ConfigureAwait(false);
        }
    }

    async Task AnswerAsync(HttpContext http, HostedFunctionContext invocation, int status, string title, string? detail = null)
    {
        http.Response.Clear();
        await Problem.WriteAsync(
            http, status, title, detail, ("function", function.Name), ("invocationId", invocation.InvocationId)).ConfigureAwait(false);
    }

    [LoggerMessage(1, LogLevel.Error, "The response of 'Functions.{Function}' could not be sent (Id={InvocationId})")]
    static partial void LogNotSent(ILogger logger, Exception exception, string function, string invocationId);
}

/// <summary>What all HTTP functions share.</summary>
internal sealed record HttpFunctionServices(
    FunctionInvoker Invoker, KeyCheck Keys, RequestGate Gate, FunctionTimeout Timeout, HttpResult Results, ILogger Logger);
