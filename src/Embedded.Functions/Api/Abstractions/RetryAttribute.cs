namespace Microsoft.Azure.Functions.Worker;

/// <summary>How a function is retried when it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class RetryAttribute : Attribute
{
    public RetryAttribute()
    {
    }

    /// <summary>How often it is retried; -1 is without end.</summary>
    public int MaxRetryCount { get; set; }
}
