namespace Microsoft.Azure.Functions.Worker;

/// <summary>An output of an invocation. Middleware that sets the value changes what leaves the function.</summary>
public abstract class OutputBindingData<T>
{
    /// <summary>The kind of binding, such as <c>http</c>.</summary>
    public abstract string BindingType { get; }

    public abstract string Name { get; }

    public abstract T? Value { get; set; }
}
