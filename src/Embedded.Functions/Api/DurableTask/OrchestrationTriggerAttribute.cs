using System.Diagnostics;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes a function an orchestrator; the parameter gets the orchestration's context.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
[DebuggerDisplay("{Orchestration}")]
public sealed class OrchestrationTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>Name of the orchestrator; null for the function's.</summary>
    public string? Orchestration { get; set; }
}
