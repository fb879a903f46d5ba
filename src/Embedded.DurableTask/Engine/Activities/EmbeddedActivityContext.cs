using Embedded.DurableTask.Engine.History;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Engine.Activities;

internal sealed class EmbeddedActivityContext(Entry action, string instanceId, CancellationToken stopping) : TaskActivityContext
{
    public override TaskName Name => action.Name!;

    public override string InstanceId { get; } = instanceId;

    public override string Version => action.Version ?? string.Empty;

    /// <summary>The number that the orchestration gave the task. Not part of the official context; the Functions host passes it on.</summary>
    public int TaskId => action.Id;

    /// <summary>Set when the worker stops. Not part of the official context; the Functions host passes it on.</summary>
    public CancellationToken Stopping { get; } = stopping;
}
