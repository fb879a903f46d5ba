namespace Microsoft.DurableTask.Entities;

/// <summary>Thrown in an orchestration when an entity operation it called failed.</summary>
public sealed class EntityOperationFailedException(
    EntityInstanceId entityId, string operationName, TaskFailureDetails failureDetails)
    : Exception($"Operation '{operationName}' of entity '{entityId}' failed: {failureDetails.ErrorMessage}")
{
    public EntityInstanceId EntityId { get; } = entityId;

    public string OperationName { get; } = operationName;

    /// <summary>Details of the exception which made the operation fail.</summary>
    public TaskFailureDetails FailureDetails { get; } = failureDetails;
}
