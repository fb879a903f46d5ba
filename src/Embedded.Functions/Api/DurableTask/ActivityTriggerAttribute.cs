using System.Diagnostics;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes a function an activity; the parameter gets the activity's input.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
[DebuggerDisplay("{Activity}")]
public sealed class ActivityTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>Name of the activity; null for the function's.</summary>
    public string? Activity { get; set; }
}
