namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>What bindings can do.</summary>
public static class KnownBindingCapabilities
{
    /// <summary>Functions with this trigger can be retried by a <see cref="RetryAttribute"/>.</summary>
    public const string FunctionLevelRetry = "FunctionLevelRetry";
}
