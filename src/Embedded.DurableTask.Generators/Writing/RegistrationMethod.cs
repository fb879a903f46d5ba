using Embedded.DurableTask.Generators.Reading;

namespace Embedded.DurableTask.Generators.Writing;

/// <summary>The method that registers every task of the project.</summary>
static class RegistrationMethod
{
    // Internal, or two projects with tasks could not be used together.
    public static string Write(IEnumerable<TaskClass> tasks)
    {
        IEnumerable<string> calls = tasks
            .OrderBy(task => task.Kind)
            .Select(task => $"            builder.Add{task.Kind}<{task.TypeName}>();");
        return $$"""
                    /// <summary>Adds all classes of this project that have [DurableTask].</summary>
                    internal static global::Microsoft.DurableTask.DurableTaskRegistry AddAllGeneratedTasks(
                        this global::Microsoft.DurableTask.DurableTaskRegistry builder)
                    {
            {{string.Join("\n", calls)}}
                        return builder;
                    }
            """;
    }
}
