namespace Microsoft.Azure.Functions.Worker;

/// <summary>How often the event of an invocation was tried before.</summary>
public abstract class RetryContext
{
    public abstract int RetryCount { get; }

    /// <summary>How many retries there will be before the event is given up.</summary>
    public abstract int MaxRetryCount { get; }
}
