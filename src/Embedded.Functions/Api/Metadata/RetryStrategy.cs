namespace Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

/// <summary>How the delays between retries go on.</summary>
public enum RetryStrategy
{
    ExponentialBackoff,
    FixedDelay,
}
