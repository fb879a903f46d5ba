namespace Microsoft.DurableTask.Entities;

/// <summary>What an entity may do besides changing its state.</summary>
public abstract class TaskEntityContext
{
    public abstract EntityInstanceId Id { get; }

    /// <summary>Signals another entity, or this one, without waiting for it.</summary>
    public virtual void SignalEntity(EntityInstanceId id, string operationName, SignalEntityOptions options)
        => SignalEntity(id, operationName, null, options);

    /// <inheritdoc cref="SignalEntity(EntityInstanceId, string, SignalEntityOptions)"/>
    public abstract void SignalEntity(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null);

    /// <summary>Starts an orchestration and returns its instance ID.</summary>
    public virtual string ScheduleNewOrchestration(TaskName name, StartOrchestrationOptions options)
        => ScheduleNewOrchestration(name, null, options);

    /// <inheritdoc cref="ScheduleNewOrchestration(TaskName, StartOrchestrationOptions)"/>
    public abstract string ScheduleNewOrchestration(
        TaskName name, object? input = null, StartOrchestrationOptions? options = null);
}
