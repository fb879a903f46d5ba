using System.Collections.Concurrent;
using System.Reflection;

namespace Microsoft.DurableTask.Entities;

/// <summary>Awaits what the method of an operation returned, then stores the state.</summary>
internal static class TaskEntityResult
{
    private static readonly ConcurrentDictionary<Type, Unwrapper> Unwrappers = new();

    private delegate ValueTask<object?> Unwrapper(TaskEntityState state, Func<object?> getState, object? result);

    /// <summary>Gives the result of an operation method with the declared type <paramref name="returnType"/>.</summary>
    /// <param name="state">Where the state is stored, once the method has run to its end.</param>
    /// <param name="getState">Reads the state then.</param>
    /// <param name="result">What the method returned.</param>
    /// <param name="returnType">Return type which the method declares.</param>
    public static ValueTask<object?> UnwrapAsync(
        TaskEntityState state, Func<object?> getState, object? result, Type returnType)
        => Unwrappers.GetOrAdd(returnType, CreateUnwrapper)(state, getState, result);

    private static Unwrapper CreateUnwrapper(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return definition == typeof(Task<>) ? CreateGeneric(nameof(UnwrapTaskOfTAsync), type)
            : definition == typeof(ValueTask<>) ? CreateGeneric(nameof(UnwrapValueTaskOfTAsync), type)
            : type.IsAssignableTo(typeof(Task)) ? UnwrapTaskAsync
            : type == typeof(ValueTask) ? UnwrapValueTaskAsync
            : UnwrapValue;
    }

    private static Unwrapper CreateGeneric(string name, Type type)
        => typeof(TaskEntityResult)
            .GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type.GetGenericArguments())
            .CreateDelegate<Unwrapper>();

    private static ValueTask<object?> UnwrapValue(TaskEntityState state, Func<object?> getState, object? result)
    {
        state.SetState(getState());
        return new(result);
    }

    private static async ValueTask<object?> UnwrapTaskAsync(TaskEntityState state, Func<object?> getState, object? result)
    {
        await (Task)result!;
        state.SetState(getState());
        return null;
    }

    private static async ValueTask<object?> UnwrapTaskOfTAsync<T>(TaskEntityState state, Func<object?> getState, object? result)
    {
        var value = await (Task<T>)result!;
        state.SetState(getState());
        return value;
    }

    private static async ValueTask<object?> UnwrapValueTaskAsync(TaskEntityState state, Func<object?> getState, object? result)
    {
        await (ValueTask)result!;
        state.SetState(getState());
        return null;
    }

    private static async ValueTask<object?> UnwrapValueTaskOfTAsync<T>(
        TaskEntityState state, Func<object?> getState, object? result)
    {
        var value = await (ValueTask<T>)result!;
        state.SetState(getState());
        return value;
    }
}
