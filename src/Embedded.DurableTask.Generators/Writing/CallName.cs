using Embedded.DurableTask.Generators.Reading;

namespace Embedded.DurableTask.Generators.Writing;

/// <summary>What the methods that call a task are named after, and whether they ask for its version.</summary>
/// <param name="Name">Call{Name}Async, ScheduleNew{Name}InstanceAsync.</param>
readonly record struct CallName(string Name, bool StampsVersion)
{
    /// <summary>The task's name; that of the class where several versions share the task's name.</summary>
    public static CallName Of(TaskClass task, IEnumerable<TaskClass> all, ProjectKind project)
    {
        bool isVersioned = project == ProjectKind.Standalone && task.Version.Length > 0;
        bool isShared = isVersioned
            && all.Count(other => other.Kind == task.Kind && string.Equals(other.Name, task.Name, StringComparison.OrdinalIgnoreCase)) > 1;
        return new CallName(isShared ? task.NestedName : task.Name, isVersioned);
    }
}
