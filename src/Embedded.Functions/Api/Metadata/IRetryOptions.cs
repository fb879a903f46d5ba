namespace Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

/// <summary>How a function is retried when it fails.</summary>
public interface IRetryOptions
{
    /// <summary>How often it is retried; -1 is without end.</summary>
    public int MaxRetryCount { get; }

    /// <summary>The delay of <see cref="RetryStrategy.FixedDelay"/>.</summary>
    public TimeSpan? DelayInterval { get; }

    /// <summary>The first delay of <see cref="RetryStrategy.ExponentialBackoff"/>.</summary>
    public TimeSpan? MinimumInterval { get; }

    /// <summary>The longest delay of <see cref="RetryStrategy.ExponentialBackoff"/>.</summary>
    public TimeSpan? MaximumInterval { get; }

    public RetryStrategy? Strategy { get; }
}
