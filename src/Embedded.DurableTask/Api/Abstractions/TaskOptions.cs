namespace Microsoft.DurableTask;

/// <summary>Options for calling an activity or a sub-orchestration.</summary>
public record TaskOptions
{
    public TaskOptions(TaskRetryOptions? retry)
        : this(retry, null)
    {
    }

    public TaskOptions(TaskRetryOptions? retry = null, IDictionary<string, string>? tags = null)
    {
        Retry = retry;
        Tags = tags;
    }

    /// <summary>Copies all options of another instance.</summary>
    public TaskOptions(TaskOptions options)
    {
        Check.NotNull(options);
        Retry = options.Retry;
        Tags = options.Tags;
        Version = options.Version;
    }

    /// <summary>How the call is retried; null for no retries.</summary>
    public TaskRetryOptions? Retry { get; init; }

    /// <summary>Free key-value pairs which go along with the call.</summary>
    public IDictionary<string, string>? Tags { get; init; }

    /// <summary>Version to call. Null lets the runtime choose; <see cref="TaskVersion.Unversioned"/> asks for none.</summary>
    public TaskVersion? Version { get; init; }

    public static TaskOptions FromRetryPolicy(RetryPolicy policy) => new(policy);

    public static TaskOptions FromRetryHandler(AsyncRetryHandler handler) => new(handler);

    public static TaskOptions FromRetryHandler(RetryHandler handler) => new(handler);

    /// <summary>Makes sub-orchestration options of these options, with a fixed instance ID.</summary>
    public SubOrchestrationOptions WithInstanceId(string instanceId) => new(this, instanceId);
}
