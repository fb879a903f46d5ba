namespace Microsoft.Azure.Functions.Worker;

/// <summary>A binding as a function declares it.</summary>
public abstract class BindingMetadata
{
    public abstract string Name { get; }

    /// <summary>The kind of binding, such as <c>httpTrigger</c>.</summary>
    public abstract string Type { get; }

    public abstract BindingDirection Direction { get; }
}
