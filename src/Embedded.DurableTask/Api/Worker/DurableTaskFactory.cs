using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask.Worker;

/// <summary>Creates orchestrators and activities by name.</summary>
public interface IDurableTaskFactory
{
    bool TryCreateActivity(TaskName name, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskActivity? activity);

    bool TryCreateOrchestrator(
        TaskName name, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskOrchestrator? orchestrator);
}

/// <summary>Creates entities too.</summary>
public interface IDurableTaskFactory2 : IDurableTaskFactory
{
    bool TryCreateEntity(TaskName name, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskEntity? entity);
}

/// <summary>Creates orchestrators and activities by name and version.</summary>
internal interface IVersionedTaskFactory
{
    bool TryCreateActivity(
        TaskName name, TaskVersion version, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskActivity? activity);

    bool TryCreateOrchestrator(
        TaskName name, TaskVersion version, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskOrchestrator? orchestrator);
}

/// <summary>
/// Creates what a registry holds. A version is looked up exactly; an unversioned registration stands in for any version,
/// but only as long as no version of that name is registered.
/// </summary>
internal sealed class DurableTaskFactory(DurableTaskRegistry registry) : IDurableTaskFactory2, IVersionedTaskFactory
{
    private readonly VersionedTasks<ITaskActivity> _activities = new(Check.NotNull(registry).ActivitiesByVersion);
    private readonly VersionedTasks<ITaskOrchestrator> _orchestrators = new(registry.OrchestratorsByVersion);
    private readonly IDictionary<TaskName, Func<IServiceProvider, ITaskEntity>> _entities = registry.Entities;

    public bool TryCreateActivity(
        TaskName name, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskActivity? activity)
        => _activities.TryCreate(name, TaskVersion.Unversioned, serviceProvider, out activity);

    public bool TryCreateActivity(
        TaskName name, TaskVersion version, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskActivity? activity)
        => _activities.TryCreate(name, version, serviceProvider, out activity);

    public bool TryCreateOrchestrator(
        TaskName name, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskOrchestrator? orchestrator)
        => _orchestrators.TryCreate(name, TaskVersion.Unversioned, serviceProvider, out orchestrator);

    public bool TryCreateOrchestrator(
        TaskName name, TaskVersion version, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskOrchestrator? orchestrator)
        => _orchestrators.TryCreate(name, version, serviceProvider, out orchestrator);

    public bool TryCreateEntity(TaskName name, IServiceProvider serviceProvider, [NotNullWhen(true)] out ITaskEntity? entity)
    {
        entity = _entities.TryGetValue(name, out var factory) ? factory(serviceProvider) : null;
        return entity is not null;
    }

    private sealed class VersionedTasks<TTask>(IDictionary<TaskVersionKey, Func<IServiceProvider, TTask>> tasks)
        where TTask : class
    {
        private readonly HashSet<TaskName> _versionedNames =
            [.. tasks.Keys.Where(key => key.IsVersioned).Select(key => new TaskName(key.Name))];

        public bool TryCreate(
            TaskName name, TaskVersion version, IServiceProvider serviceProvider, [NotNullWhen(true)] out TTask? task)
        {
            Check.NotNull(serviceProvider);
            task = tasks.TryGetValue(new(name, version), out var factory)
                || (!_versionedNames.Contains(name) && tasks.TryGetValue(new(name, TaskVersion.Unversioned), out factory))
                    ? factory(serviceProvider)
                    : null;
            return task is not null;
        }
    }
}

/// <summary>Makes factories of registries.</summary>
internal static class DurableTaskRegistryExtensions
{
    public static DurableTaskFactory BuildFactory(this DurableTaskRegistry registry) => new(registry);
}
