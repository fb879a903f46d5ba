namespace Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

/// <summary>Retry settings as a provider describes them.</summary>
public class DefaultRetryOptions : IRetryOptions
{
    public int MaxRetryCount { get; set; }

    public TimeSpan? DelayInterval { get; set; }

    public TimeSpan? MinimumInterval { get; set; }

    public TimeSpan? MaximumInterval { get; set; }

    /// <summary>Fixed if there is a fixed delay, else exponential.</summary>
    public RetryStrategy? Strategy => DelayInterval is null ? RetryStrategy.ExponentialBackoff : RetryStrategy.FixedDelay;
}
