using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Discovery;

/// <summary>Reads functions that are classes with <c>[DurableTask]</c>: orchestrators, activities and entities.</summary>
internal static class ClassFunction
{
    public static HostedFunction? Read(Type type, DurableTaskAttribute attribute, ICollection<string> problems)
    {
        string name = attribute.Name.Name is { Length: > 0 } given ? given : type.Name;
        string? version = string.IsNullOrEmpty(attribute.Version) ? null : attribute.Version;
        if (type.IsAbstract)
        {
            // A base of tasks, not one itself.
            return null;
        }

        if (type.ContainsGenericParameters)
        {
            problems.Add($"{type.FullName} has [DurableTask] but is generic: nothing says of which types to make an instance.");
            return null;
        }

        if (typeof(ITaskOrchestrator).IsAssignableFrom(type))
        {
            return Orchestrator(type, name, version);
        }

        if (typeof(ITaskActivity).IsAssignableFrom(type))
        {
            return Activity(type, name, version);
        }

        if (typeof(ITaskEntity).IsAssignableFrom(type))
        {
            return Entity(type, name);
        }

        problems.Add(
            $"{type.FullName} has [DurableTask] but is no task: derive it from TaskOrchestrator<TInput, TOutput>, TaskActivity<TInput, TOutput> or TaskEntity<TState>.");
        return null;
    }

    static HostedFunction Orchestrator(Type type, string name, string? version)
    {
        var input = new FunctionParameter("input", InputOf(type, typeof(TaskOrchestrator<,>)), hasDefaultValue: true, defaultValue: null);
        var trigger = new OrchestrationFunctionTrigger("context", name, version, input);
        return new HostedFunction(name, type, "RunAsync", trigger, [new("context", typeof(TaskOrchestrationContext)), input])
        {
            Body = _ => async (context, arguments) =>
            {
                var orchestrator = (ITaskOrchestrator)ActivatorUtilities.GetServiceOrCreateInstance(context.InstanceServices, type);
                return await orchestrator.RunAsync((TaskOrchestrationContext)arguments[0]!, arguments[1]);
            },
        };
    }

    static HostedFunction Activity(Type type, string name, string? version)
    {
        Type input = InputOf(type, typeof(TaskActivity<,>));
        return new HostedFunction(name, type, "RunAsync", new ActivityFunctionTrigger("input", name, version, input),
            [new("input", input, hasDefaultValue: true, defaultValue: null)])
        {
            Body = _ => async (context, arguments) =>
            {
                var activity = (ITaskActivity)ActivatorUtilities.GetServiceOrCreateInstance(context.InstanceServices, type);
                return await activity.RunAsync(context.Features.Get<TaskActivityContext>()!, arguments[0]).ConfigureAwait(false);
            },
        };
    }

    static HostedFunction Entity(Type type, string name) => new(
        name, type, "RunAsync", new EntityFunctionTrigger("dispatcher", name), [new("dispatcher", typeof(TaskEntityDispatcher))])
    {
        Body = _ => async (context, arguments) =>
        {
            var entity = (ITaskEntity)ActivatorUtilities.GetServiceOrCreateInstance(context.InstanceServices, type);
            await ((TaskEntityDispatcher)arguments[0]!).DispatchAsync(entity).ConfigureAwait(false);
            return null;
        },
    };

    static Type InputOf(Type type, Type open)
    {
        for (Type? current = type; current is not null; current = current.BaseType)
        {
            if (current.IsGenericType && current.GetGenericTypeDefinition() == open)
            {
                return current.GetGenericArguments()[0];
            }
        }

        return typeof(object);
    }

    public static DurableTaskAttribute? AttributeOf(Type type) => type.GetCustomAttribute<DurableTaskAttribute>(inherit: false);
}
