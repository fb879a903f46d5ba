using System.Diagnostics;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes a function an entity; the parameter gets the dispatcher of its operations.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
[DebuggerDisplay("{EntityName}")]
public sealed class EntityTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>Name of the entity; null for the function's.</summary>
    public string? EntityName { get; set; }
}
