namespace Microsoft.DurableTask;

/// <summary>The orchestration which called a sub-orchestration.</summary>
/// <param name="Name">Name of the parent orchestrator.</param>
/// <param name="InstanceId">Instance ID of the parent.</param>
public record ParentOrchestrationInstance(TaskName Name, string InstanceId);
