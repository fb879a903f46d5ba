#nullable disable annotations // As in the original, so that callers get no other warnings than with it.

namespace DurableTask.Core;

/// <summary>Identifies one execution of an orchestration.</summary>
public class OrchestrationInstance
{
    public string InstanceId { get; set; }

    /// <summary>Differs for each run, thus also after continuing as new.</summary>
    public string ExecutionId { get; set; }

    public override string ToString() => $"[InstanceId: {InstanceId}, ExecutionId: {ExecutionId}]";

    internal OrchestrationInstance Clone() => (OrchestrationInstance)MemberwiseClone();
}

/// <summary>Identifies the orchestration which called a sub-orchestration.</summary>
public class ParentInstance
{
    /// <summary>Name of the calling orchestrator.</summary>
    public string Name { get; set; }

    /// <summary>The calling orchestration.</summary>
    public OrchestrationInstance OrchestrationInstance { get; set; }

    /// <summary>ID of the event by which the sub-orchestration was created.</summary>
    public int TaskScheduleId { get; set; }

    /// <summary>Version of the calling orchestrator.</summary>
    public string Version { get; set; }

    internal ParentInstance Clone()
        => new()
        {
            Name = Name,
            OrchestrationInstance = OrchestrationInstance?.Clone(),
            TaskScheduleId = TaskScheduleId,
            Version = Version,
        };
}
