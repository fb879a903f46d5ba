namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a function returned. Middleware that sets the value changes what the invocation results in.</summary>
public abstract class InvocationResult : InvocationResult<object>
{
}

/// <inheritdoc cref="InvocationResult"/>
public abstract class InvocationResult<T>
{
    public abstract T? Value { get; set; }
}
