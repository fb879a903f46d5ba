using System.Reflection;

namespace Microsoft.DurableTask;

/// <summary>Reads what <see cref="DurableTaskAttribute"/> says about a type.</summary>
internal static class TaskTypeExtensions
{
    extension(Type type)
    {
        /// <summary>The name of the attribute, else the one of the class.</summary>
        public TaskName GetTaskName()
            => Check.NotNull(type).GetCustomAttribute<DurableTaskAttribute>() is { Name.Name: { Length: > 0 } name }
                ? new(name)
                : new(type.Name);

        public TaskVersion GetDurableTaskVersion()
            => new(Check.NotNull(type).GetCustomAttribute<DurableTaskAttribute>()?.Version);
    }
}
