using System.ComponentModel;

namespace Microsoft.DurableTask;

/// <summary>A declarative rule for retrying activities and sub-orchestrations.</summary>
public class RetryPolicy
{
    /// <summary>Creates a policy.</summary>
    /// <param name="maxNumberOfAttempts">Number of attempts including the first one; at least one.</param>
    /// <param name="firstRetryInterval">Delay before the second attempt; greater than zero.</param>
    /// <param name="backoffCoefficient">Factor by which the delay grows with each retry; at least 1.</param>
    /// <param name="maxRetryInterval">Upper bound of the delay; one hour by default.</param>
    /// <param name="retryTimeout">Overall time after which no more retries are made; unlimited by default.</param>
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNumberOfAttempts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        if (backoffCoefficient < 1.0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(backoffCoefficient), backoffCoefficient, "The coefficient must be at least 1.0.");
        }

        ThrowIfTooShort(maxRetryInterval, firstRetryInterval, nameof(maxRetryInterval));
        ThrowIfTooShort(retryTimeout, firstRetryInterval, nameof(retryTimeout));

        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = maxRetryInterval ?? TimeSpan.FromHours(1);
        RetryTimeout = retryTimeout ?? Timeout.InfiniteTimeSpan;
    }

    public int MaxNumberOfAttempts { get; }

    public TimeSpan FirstRetryInterval { get; }

    public double BackoffCoefficient { get; }

    public TimeSpan MaxRetryInterval { get; }

    /// <summary>Overall limit, or <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan RetryTimeout { get; }

    /// <summary>Whether a failure is retried; always, unless <see cref="HandleFailure"/> was set.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Func<Exception, bool> Handle { get; private init; } = static _ => true;

    /// <summary>Never called.</summary>
    [Obsolete("Has no effect. Use HandleFailure or TaskOptions.FromRetryHandler.")]
    public Func<Exception, Task<bool>>? HandleAsync { get; set; }

    /// <summary>Filter which decides, from the details of a failure, whether it is retried.</summary>
    public Func<TaskFailureDetails, bool> HandleFailure
    {
        init
        {
            Check.NotNull(value);
            Handle = exception => value(exception switch
            {
                TaskFailedException failed => failed.FailureDetails,
                _ => TaskFailureDetails.FromException(exception),
            });
        }
    }

    private static void ThrowIfTooShort(TimeSpan? value, TimeSpan firstRetryInterval, string name)
    {
        if (value < firstRetryInterval && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, value, "The value must not be shorter than the first retry interval.");
        }
    }
}
