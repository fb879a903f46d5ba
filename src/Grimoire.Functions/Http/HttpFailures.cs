using System.Diagnostics;
using System.Net;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Http;

/// <summary>Whatever an HTTP function throws becomes an answer that programs can read, and the host goes on.</summary>
public sealed partial class HttpFailures(ILogger<HttpFailures> logger) : IFunctionsWorkerMiddleware
{
    const string RetryAfterSeconds = "5";

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            if (await context.GetHttpRequestDataAsync().ConfigureAwait(false) is not { } request)
            {
                throw;
            }

            var problem = failure is OperationCanceledException && context.CancellationToken.IsCancellationRequested
                ? Cancelled(request)
                : ProblemOf(failure is AggregateException { InnerExceptions: [var only] } ? only : failure, request);
            context.GetInvocationResult().Value = await Answer.ProblemAsync(request, problem, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Orchestrations must not come by here: they may wait for nothing that is not durable.</summary>
    public static bool Concerns(FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type.Equals("httpTrigger", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>It is no failure when a caller goes away. When it is the app that goes, there is somebody to be told.</summary>
    Problem Cancelled(HttpRequestData request)
    {
        LogCancelled(logger, request.Method, request.Url.AbsolutePath);
        return new Problem(HttpStatusCode.ServiceUnavailable, "request.cancelled", "The app stops, or has taken too long. Try again later.")
        {
            Headers = [("Retry-After", RetryAfterSeconds)],
        };
    }

    Problem ProblemOf(Exception failure, HttpRequestData request)
    {
        switch (failure)
        {
            case RefusedException refused:
                return refused.Problem;
            case StorageException:
                LogNoStorage(logger, failure, request.Method, request.Url.AbsolutePath);
                return new Problem(HttpStatusCode.ServiceUnavailable, "storage.unavailable", "The storage does not answer. Try again later.")
                {
                    Headers = [("Retry-After", RetryAfterSeconds)],
                };
            default:
                var trace = Activity.Current?.TraceId.ToString() ?? request.FunctionContext.InvocationId;
                LogUnexpected(logger, failure, request.Method, request.Url.AbsolutePath, trace);
                // What it was is in the log, where the id finds it: a caller has no business with our insides.
                return new Problem(HttpStatusCode.InternalServerError, "unexpected", "Something that should not happen has happened. The log has more under the trace id.")
                {
                    TraceId = trace,
                };
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed unexpectedly ({TraceId}).")]
    static partial void LogUnexpected(ILogger logger, Exception failure, string method, string path, string traceId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path} was given up before it was answered.")]
    static partial void LogCancelled(ILogger logger, string method, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} failed because of the storage.")]
    static partial void LogNoStorage(ILogger logger, Exception failure, string method, string path);
}
