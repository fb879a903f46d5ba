using System.Runtime.ExceptionServices;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Hands an operation on an entity to the code that carries it out.</summary>
public sealed class TaskEntityDispatcher
{
    readonly TaskEntityOperation _operation;
    readonly FunctionContext _context;
    ExceptionDispatchInfo? _failure;
    object? _result;
    bool _dispatched;

    internal TaskEntityDispatcher(TaskEntityOperation operation, FunctionContext context)
    {
        _operation = operation;
        _context = context;
    }

    /// <summary>Carries the operation out. What it throws is the operation's result, not this call's.</summary>
    public async Task DispatchAsync(ITaskEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        _dispatched = true;
        try
        {
            _result = await entity.RunAsync(_operation).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    /// <summary>Dispatches to an entity, made from the invocation's services, or to the methods of a state.</summary>
    /// <typeparam name="T">A <see cref="ITaskEntity"/>; or any other type: the entity's state, whose methods are the operations.</typeparam>
    public Task DispatchAsync<T>() => typeof(ITaskEntity).IsAssignableFrom(typeof(T))
        ? DispatchAsync((ITaskEntity)ActivatorUtilities.GetServiceOrCreateInstance<T>(_context.InstanceServices)!)
        : DispatchAsync(new StateEntity<T>());

    public Task DispatchAsync(Func<TaskEntityOperation, ValueTask<object?>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return DispatchAsync(new HandlerEntity(handler));
    }

    internal object? Result(string function)
    {
        _failure?.Throw();
        return _dispatched
            ? _result
            : throw new InvalidOperationException(
                $"Function '{function}' ended without a call of {nameof(TaskEntityDispatcher)}.{nameof(DispatchAsync)}: the operation '{_operation.Name}' was not carried out.");
    }

    sealed class StateEntity<T> : TaskEntity<T>
    {
        protected override bool AllowStateDispatch => true;
    }

    sealed class HandlerEntity(Func<TaskEntityOperation, ValueTask<object?>> handler) : ITaskEntity
    {
        public ValueTask<object?> RunAsync(TaskEntityOperation operation) => handler(operation);
    }
}
