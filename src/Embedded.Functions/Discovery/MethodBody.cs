using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Discovery;

/// <summary>Calls a function that is a method, and waits for what it returns.</summary>
internal static class MethodBody
{
    static readonly MethodInfo OfTaskMethod = Open(nameof(OfTask));
    static readonly MethodInfo OfValueTaskMethod = Open(nameof(OfValueTask));

    /// <summary>What a function of this return type gives once it has been waited for; <c>void</c> for nothing.</summary>
    public static Type ResultOf(Type returned)
    {
        if (returned == typeof(Task) || returned == typeof(ValueTask))
        {
            return typeof(void);
        }

        return returned.IsGenericType && (returned.GetGenericTypeDefinition() == typeof(ValueTask<>) || TaskType(returned) is not null)
            ? (TaskType(returned) ?? returned).GetGenericArguments()[0]
            : returned;
    }

    public static FunctionBody Create(MethodInfo method, Type type, IFunctionActivator activator)
    {
        var invoker = MethodInvoker.Create(method);
        Func<object?, ValueTask<object?>> wait = Waiter(method.ReturnType);
        bool isStatic = method.IsStatic;
        return (context, arguments) =>
        {
            object? instance = isStatic ? null : activator.CreateInstance(type, context);
            try
            {
                return wait(invoker.Invoke(instance, arguments.AsSpan()));
            }
            catch (TargetInvocationException e) when (e.InnerException is { } inner)
            {
                ExceptionDispatchInfo.Throw(inner);
                throw;
            }
        };
    }

    static Func<object?, ValueTask<object?>> Waiter(Type returned)
    {
        if (returned == typeof(Task))
        {
            return static async task =>
            {
                await Started((Task?)task);
                return null;
            };
        }

        if (returned == typeof(ValueTask))
        {
            return static async task =>
            {
                await (ValueTask)task!;
                return null;
            };
        }

        if (TaskType(returned) is { } taskType)
        {
            return Close(OfTaskMethod, taskType.GetGenericArguments()[0]);
        }

        return returned.IsGenericType && returned.GetGenericTypeDefinition() == typeof(ValueTask<>)
            ? Close(OfValueTaskMethod, returned.GetGenericArguments()[0])
            : static value => ValueTask.FromResult(value);
    }

    // The awaits here keep the context: within an orchestration it is what tells durable tasks from others.
    static async ValueTask<object?> OfTask<T>(object? task) => await (Task<T>)Started((Task?)task);

    static async ValueTask<object?> OfValueTask<T>(object? task) => await (ValueTask<T>)task!;

    static Task Started(Task? task) => task ?? throw new InvalidOperationException("The function returned null instead of a task.");

    static Type? TaskType(Type? type)
    {
        while (type is not null && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>)))
        {
            type = type.BaseType;
        }

        return type;
    }

    static MethodInfo Open(string name) => typeof(MethodBody).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    static Func<object?, ValueTask<object?>> Close(MethodInfo open, Type result) =>
        open.MakeGenericMethod(result).CreateDelegate<Func<object?, ValueTask<object?>>>();
}
