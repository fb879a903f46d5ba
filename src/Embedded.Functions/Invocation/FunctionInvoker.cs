using System.Diagnostics;
using Embedded.Functions.Discovery;
using Embedded.Functions.Triggers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Invocation;

/// <summary>Runs functions through the app's pipeline, with a trace and a log of each run.</summary>
internal sealed partial class FunctionInvoker(
    FunctionExecutionDelegate pipeline, IServiceScopeFactory scopes, IFunctionExecutor executor, ILoggerFactory loggers, FunctionClients clients)
{
    /// <summary>The official worker's source of spans, so that what listens to that hears this.</summary>
    static readonly ActivitySource Source = new("Microsoft.Azure.Functions.Worker");

    readonly Dictionary<string, ILogger> _loggers = [];
    readonly Lock _gate = new();

    public HostedFunctionContext CreateContext(
        HostedFunction function, CancellationToken cancellation, Func<IReadOnlyDictionary<string, object?>>? readTriggerData = null)
    {
        var context = new HostedFunctionContext(scopes, executor, function, cancellation, readTriggerData);
        foreach (string parameter in function.Clients)
        {
            context.Bindings.Inputs[parameter] = clients.Create();
        }

        return context;
    }

    /// <summary>Runs an orchestration's code: within its turn, where nothing may be awaited that is not durable.</summary>
    public Task RunInTurnAsync(HostedFunctionContext context) => pipeline(context);

    public async Task RunAsync(HostedFunctionContext context, TimeLimit limit)
    {
        HostedFunction function = context.Function;
        ILogger logger = LoggerOf(function);
        using IDisposable? scope = logger.IsEnabled(LogLevel.Critical) ? logger.BeginScope(new InvocationScope(context)) : null;
        using Activity? span = Source.HasListeners() ? StartSpan(context) : null;
        span?.SetTag("faas.name", function.Name).SetTag("faas.invocation_id", context.InvocationId).SetTag("faas.trigger", function.Trigger.BindingType);
        long start = Stopwatch.GetTimestamp();
        if (logger.IsEnabled(LogLevel.Debug))
        {
            LogExecuting(logger, function.Name, context.InvocationId);
        }

        try
        {
            Task run = pipeline(context);
            try
            {
                await limit.WaitAsync(run, function.Name).ConfigureAwait(false);
            }
            catch (Exception) when (!run.IsCompleted)
            {
                context.RunsOn = FinishLateAsync(run, context, logger);
                throw;
            }

            if (logger.IsEnabled(LogLevel.Debug))
            {
                LogExecuted(logger, function.Name, context.InvocationId, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
        catch (OperationCanceledException e) when (context.CancellationToken.IsCancellationRequested)
        {
            LogCanceled(logger, e, function.Name, context.InvocationId, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            throw;
        }
        catch (FunctionInputConverterException e) when (function.Trigger is HttpFunctionTrigger)
        {
            // The caller's mistake, which the caller is told of: not one for whoever looks after the app.
            LogRefused(logger, function.Name, context.InvocationId, e.Message);
            throw;
        }
        catch (Exception e)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            LogFailed(logger, e, function.Name, context.InvocationId, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            throw;
        }
    }

    static Activity? StartSpan(HostedFunctionContext context)
    {
        ActivityContext parent = context.IncomingTrace is { } trace && ActivityContext.TryParse(trace.Parent, trace.State, isRemote: true, out ActivityContext parsed)
            ? parsed
            : default;
        return Source.StartActivity($"function {context.Function.Name}", ActivityKind.Server, parent);
    }

    /// <summary>Waits for a function that nobody waits for any more, so that its services go when it has ended, and not under its feet.</summary>
    static async Task FinishLateAsync(Task run, HostedFunctionContext context, ILogger logger)
    {
        try
        {
            await run.ConfigureAwait(false);
            LogLate(logger, null, context.Function.Name, context.InvocationId);
        }
        catch (Exception e)
        {
            LogLate(logger, e, context.Function.Name, context.InvocationId);
        }

        try
        {
            await context.DisposeScopeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogDisposeFailed(logger, e, context.Function.Name);
        }
    }

    ILogger LoggerOf(HostedFunction function)
    {
        lock (_gate)
        {
            return _loggers.TryGetValue(function.Name, out ILogger? logger)
                ? logger
                : _loggers[function.Name] = loggers.CreateLogger($"Function.{function.Name}");
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Executing 'Functions.{Function}' (Id={InvocationId})")]
    static partial void LogExecuting(ILogger logger, string function, string invocationId);

    [LoggerMessage(2, LogLevel.Debug, "Executed 'Functions.{Function}' (Succeeded, Id={InvocationId}, Duration={Duration}ms)")]
    static partial void LogExecuted(ILogger logger, string function, string invocationId, long duration);

    [LoggerMessage(3, LogLevel.Error, "Executed 'Functions.{Function}' (Failed, Id={InvocationId}, Duration={Duration}ms)")]
    static partial void LogFailed(ILogger logger, Exception exception, string function, string invocationId, long duration);

    [LoggerMessage(4, LogLevel.Information, "Executed 'Functions.{Function}' (Canceled, Id={InvocationId}, Duration={Duration}ms)")]
    static partial void LogCanceled(ILogger logger, Exception exception, string function, string invocationId, long duration);

    [LoggerMessage(7, LogLevel.Information, "'Functions.{Function}' was called with what does not fit its parameters (Id={InvocationId}): {Message}")]
    static partial void LogRefused(ILogger logger, string function, string invocationId, string message);

    [LoggerMessage(5, LogLevel.Information, "'Functions.{Function}', whose time was over, has ended (Id={InvocationId})")]
    static partial void LogLate(ILogger logger, Exception? exception, string function, string invocationId);

    [LoggerMessage(6, LogLevel.Warning, "Services of function '{Function}' failed when they were disposed of.")]
    static partial void LogDisposeFailed(ILogger logger, Exception exception, string function);

    /// <summary>What every log line of an invocation carries; put into words only when a log asks.</summary>
    sealed class InvocationScope(HostedFunctionContext context) : IReadOnlyList<KeyValuePair<string, object>>
    {
        public int Count => 2;

        public KeyValuePair<string, object> this[int index] => index switch
        {
            0 => new("AzureFunctions_FunctionName", context.Function.Name),
            1 => new("AzureFunctions_InvocationId", context.InvocationId),
            _ => throw new ArgumentOutOfRangeException(nameof(index)),
        };

        public IEnumerator<KeyValuePair<string, object>> GetEnumerator()
        {
            yield return this[0];
            yield return this[1];
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"{context.Function.Name} {context.InvocationId}";
    }
}
