namespace Microsoft.DurableTask;

/// <summary>Decides after a failed attempt whether the task is tried again. Runs in the orchestration, so must be deterministic.</summary>
public delegate bool RetryHandler(RetryContext retryContext);

/// <summary>Decides after a failed attempt whether the task is tried again; may await durable tasks, e.g. a timer.</summary>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);

/// <summary>What a retry handler gets to know about the failed attempts.</summary>
/// <param name="OrchestrationContext">Context of the orchestration which made the call.</param>
/// <param name="LastAttemptNumber">Number of the failed attempt, from one on.</param>
/// <param name="LastFailure">Failure of the last attempt.</param>
/// <param name="TotalRetryTime">Time since the first attempt, in orchestration time.</param>
/// <param name="CancellationToken">Token to cancel the retries.</param>
public record RetryContext(
    TaskOrchestrationContext OrchestrationContext,
    int LastAttemptNumber,
    TaskFailureDetails LastFailure,
    TimeSpan TotalRetryTime,
    CancellationToken CancellationToken);
