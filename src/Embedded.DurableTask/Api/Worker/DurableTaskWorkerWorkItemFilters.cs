namespace Microsoft.DurableTask.Worker;

/// <summary>The tasks a worker takes on. Without any filter it takes on all.</summary>
public class DurableTaskWorkerWorkItemFilters
{
    public IReadOnlyList<OrchestrationFilter> Orchestrations { get; set; } = [];

    public IReadOnlyList<ActivityFilter> Activities { get; set; } = [];

    public IReadOnlyList<EntityFilter> Entities { get; set; } = [];

    internal bool IsEmpty => Orchestrations.Count == 0 && Activities.Count == 0 && Entities.Count == 0;

    /// <summary>Makes filters of what is registered.</summary>
    internal static DurableTaskWorkerWorkItemFilters FromDurableTaskRegistry(
        DurableTaskRegistry registry, DurableTaskWorkerOptions? workerOptions)
    {
        // A strict worker runs but one version, whatever is registered.
        string[]? onlyVersion =
            workerOptions?.Versioning is { MatchStrategy: DurableTaskWorkerOptions.VersionMatchStrategy.Strict } versioning
                ? [versioning.Version ?? string.Empty]
                : null;

        return new()
        {
            Orchestrations = [.. GroupByName(registry.OrchestratorsByVersion.Keys)
                .Select(group => new OrchestrationFilter(group.Key, onlyVersion ?? GetVersions(group)))],
            Activities = [.. GroupByName(registry.ActivitiesByVersion.Keys)
                .Select(group => new ActivityFilter(group.Key, onlyVersion ?? GetVersions(group)))],
            Entities = [.. registry.Entities.Keys.Select(name => new EntityFilter(name))],
        };

        static IEnumerable<IGrouping<string, TaskVersionKey>> GroupByName(IEnumerable<TaskVersionKey> keys)
            => keys.GroupBy(key => key.Name, StringComparer.OrdinalIgnoreCase);

        // A task without versions stands in for all of them, which an empty list expresses.
        static string[] GetVersions(IEnumerable<TaskVersionKey> keys)
            => keys.Any(key => key.IsVersioned)
                ? [.. keys.Select(key => key.Version)
                    .Distinct(StringComparer.OrdinalIgnoreCase)
                    .Order(StringComparer.OrdinalIgnoreCase)]
                : [];
    }

    internal void CopyFrom(DurableTaskWorkerWorkItemFilters other)
        => (Orchestrations, Activities, Entities) = (other.Orchestrations, other.Activities, other.Entities);

    /// <summary>An orchestrator and its versions; no versions for all of them.</summary>
    public readonly struct OrchestrationFilter(string name, IReadOnlyList<string>? versions)
    {
        public OrchestrationFilter()
            : this(string.Empty, [])
        {
        }

        public string Name { get; init; } = name;

        public IReadOnlyList<string> Versions { get; init; } = versions ?? [];
    }

    /// <summary>An activity and its versions; no versions for all of them.</summary>
    public readonly struct ActivityFilter(string name, IReadOnlyList<string>? versions)
    {
        public ActivityFilter()
            : this(string.Empty, [])
        {
        }

        public string Name { get; init; } = name;

        public IReadOnlyList<string> Versions { get; init; } = versions ?? [];
    }

    /// <summary>An entity.</summary>
    public readonly struct EntityFilter(string name)
    {
        public EntityFilter()
            : this(string.Empty)
        {
        }

        public string Name { get; init; } = name;
    }
}
