using Microsoft.DurableTask;

namespace Embedded.DurableTask.Engine.Orchestrations;

/// <summary>Calls a task again as its policy or handler says. The pauses are durable timers, so a retry outlives the process.</summary>
internal static class TaskRetries
{
    public static async Task<T> RunAsync<T>(TaskOrchestrationContext context, TaskName name, TaskRetryOptions retry, Func<Task<T>> call)
    {
        DateTime firstAttempt = context.CurrentUtcDateTime;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException e) when (!TaskFailureDetails.IsNonRetriable(e.FailureDetails))
            {
                TimeSpan elapsed = context.CurrentUtcDateTime - firstAttempt;
                if (retry.Handler is { } handler)
                {
                    context.CreateReplaySafeLogger("Microsoft.DurableTask").EvaluatingRetryHandler(context.InstanceId, name.Name, attempt);
                    if (!await handler(new RetryContext(context, attempt, e.FailureDetails, elapsed, CancellationToken.None)))
                    {
                        throw;
                    }
                }
                else if (DelayBeforeNext(retry.Policy!, attempt, elapsed, e) is { } delay)
                {
                    await context.CreateTimer(context.CurrentUtcDateTime + delay, CancellationToken.None);
                }
                else
                {
                    throw;
                }
            }
        }
    }

    static TimeSpan? DelayBeforeNext(RetryPolicy policy, int attempt, TimeSpan elapsed, TaskFailedException failure)
    {
        bool inTime = policy.RetryTimeout == Timeout.InfiniteTimeSpan || elapsed < policy.RetryTimeout;
        if (attempt >= policy.MaxNumberOfAttempts || !inTime || !policy.Handle(failure))
        {
            return null;
        }

        double delay = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        double most = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan
            ? TimeSpan.MaxValue.TotalMilliseconds / 2
            : policy.MaxRetryInterval.TotalMilliseconds;
        return TimeSpan.FromMilliseconds(Math.Min(delay, most));
    }
}
