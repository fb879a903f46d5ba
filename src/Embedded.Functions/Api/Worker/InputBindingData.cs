namespace Microsoft.Azure.Functions.Worker;

/// <summary>An input of an invocation. Middleware that sets the value changes what the function gets.</summary>
public abstract class InputBindingData<T>
{
    public abstract BindingMetadata BindingMetadata { get; }

    public abstract T? Value { get; set; }
}
