namespace DurableTask.Core;

/// <summary>Status of an orchestration, as it appears in histories.</summary>
public enum OrchestrationStatus
{
    Running,
    Completed,
    ContinuedAsNew,
    Failed,
    Canceled,
    Terminated,
    Pending,
    Suspended,
}
