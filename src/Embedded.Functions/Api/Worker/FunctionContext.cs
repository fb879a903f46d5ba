namespace Microsoft.Azure.Functions.Worker;

/// <summary>One invocation of a function: what triggered it, what it is bound to, and the services of its scope.</summary>
public abstract class FunctionContext
{
    /// <summary>Unique to this invocation.</summary>
    public abstract string InvocationId { get; }

    /// <summary>The same for every invocation of the function.</summary>
    public abstract string FunctionId { get; }

    public abstract TraceContext TraceContext { get; }

    /// <summary>What the trigger knows about the event, such as route and query values.</summary>
    public abstract BindingContext BindingContext { get; }

    public abstract RetryContext RetryContext { get; }

    /// <summary>The services of this invocation's scope.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>Shared by the middleware and the function of one invocation.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    public abstract IInvocationFeatures Features { get; }

    /// <summary>Cancelled when the invocation is: the caller has gone, or the host stops.</summary>
    public virtual CancellationToken CancellationToken { get; }
}
