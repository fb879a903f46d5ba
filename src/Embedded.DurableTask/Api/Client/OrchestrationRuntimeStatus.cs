namespace Microsoft.DurableTask.Client;

/// <summary>Status of an orchestration.</summary>
public enum OrchestrationRuntimeStatus
{
    Running,
    Completed,

    [Obsolete("Kept for compatibility only: instances which continue as new stay in the running status.")]
    ContinuedAsNew,

    Failed,

    [Obsolete("Kept for compatibility only: instances never get this status.")]
    Canceled,

    Terminated,
    Pending,
    Suspended,
}
