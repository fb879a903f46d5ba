namespace Microsoft.DurableTask;

/// <summary>Marks a class as activity, orchestrator or entity, optionally under a name other than that of the class.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class DurableTaskAttribute(string? name = null) : Attribute
{
    /// <summary>The explicit name, or the default value if the class name is to be used.</summary>
    public TaskName Name { get; } = name!;

    /// <summary>Version under which the class is registered; null for none.</summary>
    public string? Version { get; set; }
}

/// <summary>Marks a type as payload of an external event.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = false, Inherited = false)]
public sealed class DurableEventAttribute(string? name = null) : Attribute
{
    /// <summary>The explicit event name, or the default value if the type name is to be used.</summary>
    public TaskName Name { get; } = name!;
}
