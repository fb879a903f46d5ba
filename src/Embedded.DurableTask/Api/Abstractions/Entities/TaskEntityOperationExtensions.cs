using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Microsoft.DurableTask.Entities;

/// <summary>Dispatches entity operations to methods.</summary>
public static class TaskEntityOperationExtensions
{
    private static readonly ConcurrentDictionary<Type, OperationTable> Tables = new();

    /// <summary>Calls the method of an object which has the name of the operation; false if there is none.</summary>
    /// <exception cref="AmbiguousMatchException">The method has overloads.</exception>
    /// <exception cref="InvalidOperationException">The parameters do not fit the operation.</exception>
    internal static bool TryDispatch(
        this TaskEntityOperation operation, object target, out object? result, [NotNullWhen(true)] out Type? returnType)
    {
        Check.NotNull(operation);
        Check.NotNull(target);
        var method = Tables.GetOrAdd(target.GetType(), static type => new(type)).Find(operation.Name);
        result = method?.Invoke(target, operation);
        returnType = method?.ReturnType;
        return method is not null;
    }

    /// <summary>The methods of a type which operations have asked for so far.</summary>
    private sealed class OperationTable(Type type)
    {
        private readonly ConcurrentDictionary<string, OperationMethod> _methods = new(StringComparer.OrdinalIgnoreCase);

        // Misses are not kept: operation names come from outside, and could be any number.
        public OperationMethod? Find(string name)
            => _methods.TryGetValue(name, out var method) ? method
                : type.GetMethod(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is { } found
                    ? _methods.GetOrAdd(name, new OperationMethod(found))
                    : null;
    }

    private sealed class OperationMethod(MethodInfo method)
    {
        private readonly ParameterInfo[] _parameters = method.GetParameters();
        private readonly MethodInvoker _invoker = MethodInvoker.Create(method);

        public Type ReturnType => method.ReturnType;

        public object? Invoke(object target, TaskEntityOperation operation)
            => _invoker.Invoke(target, BindParameters(operation).AsSpan());

        private object?[] BindParameters(TaskEntityOperation operation)
        {
            var arguments = new object?[_parameters.Length];
            ParameterInfo? context = null;
            ParameterInfo? input = null;
            for (var i = 0; i < arguments.Length; i++)
            {
                var parameter = _parameters[i];
                if (parameter.ParameterType == typeof(TaskEntityContext))
                {
                    ThrowIfBound(context, parameter, "context", operation);
                    context = parameter;
                    arguments[i] = operation.Context;
                }
                else
                {
                    ThrowIfBound(input, parameter, "input", operation);
                    input = parameter;
                    arguments[i] = GetInput(parameter, operation);
                }
            }

            return arguments;
        }

        private object? GetInput(ParameterInfo parameter, TaskEntityOperation operation)
            => operation.HasInput ? operation.GetInput(parameter.ParameterType)
                : parameter.HasDefaultValue ? parameter.DefaultValue
                : throw new InvalidOperationException(
                    $"Error dispatching {operation} to '{method}'.\nThe parameter '{parameter}' needs an input value, "
                    + "but no input was provided by the caller.");

        private void ThrowIfBound(ParameterInfo? bound, ParameterInfo parameter, string what, TaskEntityOperation operation)
        {
            if (bound is not null)
            {
                throw new InvalidOperationException(
                    $"Error dispatching {operation} to '{method}'.\nUnable to bind {what} to '{parameter}' because it has "
                    + $"already been bound to parameter '{bound}'. A method may take the {what} only once.");
            }
        }
    }
}
