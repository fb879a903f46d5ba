using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Grimoire.Functions.Storage;

/// <summary>The one way in which an operation of the storage is tried again, and given up with a sentence that says so.</summary>
sealed partial class StorageRetry
{
    public const string Succeeded = "succeeded";

    public const string Failed = "failed";

    public const string Cancelled = "cancelled";

    static readonly ResiliencePropertyKey<Attempt> AttemptKey = new("attempt");

    readonly ResiliencePipeline _pipeline;
    readonly TimeProvider _time;
    readonly ILogger<StorageRetry> _logger;

    public StorageRetry(RetryOptions options, TimeProvider time, ILogger<StorageRetry> logger)
    {
        _time = time;
        _logger = logger;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.Tries > 1)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Tries - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstDelay,
                MaxDelay = options.MaxDelay,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is { } failure && !arguments.Context.CancellationToken.IsCancellationRequested && StorageFailures.IsTransient(failure)),
                OnRetry = OnRetry,
            });
        }

        _pipeline = builder.Build();
    }

    /// <param name="operation">As it continues "The storage could not …": "create".</param>
    /// <param name="action">Is told how many tries have failed before this one.</param>
    public async Task<T> RunAsync<T>(string operation, string name, Func<int, CancellationToken, Task<T>> action, CancellationToken cancellation)
    {
        var attempt = new Attempt(operation, name);
        var context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(AttemptKey, attempt);
        var began = _time.GetTimestamp();
        var outcome = Failed;
        try
        {
            var result = await _pipeline.ExecuteAsync(
                static async (context, state) =>
                {
                    var failedBefore = state.attempt.Tries++;
                    return await state.action(failedBefore, context.CancellationToken).ConfigureAwait(false);
                },
                context,
                (attempt, action)).ConfigureAwait(false);
            outcome = Succeeded;
            return result;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            outcome = Cancelled;
            throw;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested && StorageFailures.IsOfStorage(failure))
        {
            throw GivenUp(operation, name, attempt.Tries, failure);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
            Count(operation, outcome, began);
        }
    }

    public Task RunAsync(string operation, string name, Func<CancellationToken, Task> action, CancellationToken cancellation) =>
        RunAsync(
            operation,
            name,
            async (_, token) =>
            {
                await action(token).ConfigureAwait(false);
                return true;
            },
            cancellation);

    /// <summary>An operation that is over, once, however often it was tried.</summary>
    /// <param name="operation">What was done.</param>
    /// <param name="outcome">How it went: one of the three above.</param>
    /// <param name="began">When.</param>
    public void Count(string operation, string outcome, long began) => CastMetrics.StorageDuration.Record(
        _time.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("operation", operation), new KeyValuePair<string, object?>("outcome", outcome));

    public long Begin() => _time.GetTimestamp();

    public static StorageException GivenUp(string operation, string name, int tries, Exception failure)
    {
        var what = name.Length == 0 ? operation : $"{operation} '{name}'";
        var often = tries > 1 ? $" in {tries} tries" : "";
        return new StorageException($"The storage could not {what}{often}: {StorageFailures.Reason(failure)}.", failure);
    }

    ValueTask OnRetry(OnRetryArguments<object> arguments)
    {
        if (arguments.Context.Properties.TryGetValue(AttemptKey, out var attempt) && arguments.Outcome.Exception is { } failure)
        {
            CastMetrics.StorageRetries.Add(1, new KeyValuePair<string, object?>("operation", attempt.Operation));
            TriedAgain(attempt.Operation, attempt.Name, attempt.Tries, StorageFailures.Reason(failure), arguments.RetryDelay);
        }

        return ValueTask.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The storage could not {Operation} '{Name}' in try {Try}: {Reason}. Trying again in {Delay}.")]
    partial void TriedAgain(string operation, string name, int @try, string reason, TimeSpan delay);

    sealed class Attempt(string operation, string name)
    {
        public string Operation { get; } = operation;

        public string Name { get; } = name;

        public int Tries { get; set; }
    }
}
