using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask;

/// <summary>Collects the orchestrators, activities and entities of a worker.</summary>
public sealed partial class DurableTaskRegistry
{
    private static readonly Task<object?> NullTask = Task.FromResult<object?>(null);

    internal IDictionary<TaskVersionKey, Func<IServiceProvider, ITaskActivity>> ActivitiesByVersion { get; }
        = new Dictionary<TaskVersionKey, Func<IServiceProvider, ITaskActivity>>();

    internal IDictionary<TaskVersionKey, Func<IServiceProvider, ITaskOrchestrator>> OrchestratorsByVersion { get; }
        = new Dictionary<TaskVersionKey, Func<IServiceProvider, ITaskOrchestrator>>();

    internal IDictionary<TaskName, Func<IServiceProvider, ITaskEntity>> Entities { get; }
        = new Dictionary<TaskName, Func<IServiceProvider, ITaskEntity>>();

    /// <summary>All orchestrators. A name with several versions comes several times.</summary>
    public IEnumerable<KeyValuePair<TaskName, Func<IServiceProvider, ITaskOrchestrator>>> GetOrchestrators()
        => OrchestratorsByVersion.Select(entry => KeyValuePair.Create(new TaskName(entry.Key.Name), entry.Value));

    /// <summary>All activities. A name with several versions comes several times.</summary>
    public IEnumerable<KeyValuePair<TaskName, Func<IServiceProvider, ITaskActivity>>> GetActivities()
        => ActivitiesByVersion.Select(entry => KeyValuePair.Create(new TaskName(entry.Key.Name), entry.Value));

    /// <summary>All entities.</summary>
    public IEnumerable<KeyValuePair<TaskName, Func<IServiceProvider, ITaskEntity>>> GetEntities()
        => Entities.Select(entry => entry);

    private static void Add<TTask>(
        IDictionary<TaskVersionKey, Func<IServiceProvider, TTask>> tasks,
        TaskName name,
        TaskVersion version,
        Func<IServiceProvider, TTask> factory)
    {
        Check.NotDefault(name);
        Check.NotNull(factory);
        if (!tasks.TryAdd(new(name, version), factory))
        {
            throw new ArgumentException(
                version == TaskVersion.Unversioned
                    ? $"An {typeof(TTask).Name} named '{name}' is already added."
                    : $"An {typeof(TTask).Name} named '{name}' with version '{version.Version}' is already added.",
                nameof(name));
        }
    }
}
