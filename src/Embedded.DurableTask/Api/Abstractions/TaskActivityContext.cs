namespace Microsoft.DurableTask;

/// <summary>What an activity knows about its call.</summary>
public abstract class TaskActivityContext
{
    public abstract TaskName Name { get; }

    /// <summary>ID of the orchestration which called the activity.</summary>
    public abstract string InstanceId { get; }

    /// <summary>Version of the activity which was asked for; empty for none.</summary>
    public virtual string Version => string.Empty;
}
