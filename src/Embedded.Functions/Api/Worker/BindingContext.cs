namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the trigger of an invocation knows about its event.</summary>
public abstract class BindingContext
{
    /// <summary>The values by name: for HTTP the route and query values, the headers and the fields of a JSON body.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
