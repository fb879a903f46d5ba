using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Worker;

/// <summary>Refuses filters for tasks which are not registered with the worker.</summary>
internal sealed class DurableTaskWorkerWorkItemFiltersValidator(IOptionsMonitor<DurableTaskRegistry> registries)
    : IValidateOptions<DurableTaskWorkerWorkItemFilters>
{
    public ValidateOptionsResult Validate(string? name, DurableTaskWorkerWorkItemFilters options)
    {
        Check.NotNull(options);
        if (options.IsEmpty)
        {
            return ValidateOptionsResult.Skip;
        }

        var registry = registries.Get(name);
        string[] problems =
        [
            .. FindUnknown(
                "Orchestrations",
                options.Orchestrations.Select(filter => filter.Name),
                registry.OrchestratorsByVersion.Keys.Select(key => new TaskName(key.Name))),
            .. FindUnknown(
                "Activities",
                options.Activities.Select(filter => filter.Name),
                registry.ActivitiesByVersion.Keys.Select(key => new TaskName(key.Name))),
            .. FindUnknown("Entities", options.Entities.Select(filter => filter.Name), registry.Entities.Keys),
        ];

        return problems is []
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"The work item filters of worker '{(string.IsNullOrEmpty(name) ? "<default>" : name)}' name tasks which are "
                + $"not registered with it: {string.Join(", ", problems)}. Register these tasks, or remove them from the filters.");
    }

    private static IEnumerable<string> FindUnknown(string kind, IEnumerable<string> names, IEnumerable<TaskName> registered)
    {
        string[] unknown =
        [
            .. names.Except(registered.Select(name => name.Name), StringComparer.OrdinalIgnoreCase)
                .Select(name => string.IsNullOrEmpty(name) ? "<empty>" : name),
        ];
        return unknown is [] ? [] : [$"{kind} [{string.Join(", ", unknown)}]"];
    }
}
