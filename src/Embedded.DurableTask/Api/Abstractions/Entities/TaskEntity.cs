using System.Diagnostics.CodeAnalysis;

namespace Microsoft.DurableTask.Entities;

/// <summary>An entity: a state with operations, which are executed one after the other.</summary>
public interface ITaskEntity
{
    ValueTask<object?> RunAsync(TaskEntityOperation operation);
}

/// <summary>
/// Base class of entities whose operations are public methods. An operation looks, without regard to case, for a method
/// of this object, then (if <see cref="AllowStateDispatch"/>) of the state object; the operation <c>delete</c>, if there
/// is no such method, deletes the state. A method may take one input and the <see cref="TaskEntityContext"/>.
/// </summary>
public abstract class TaskEntity<TState> : ITaskEntity
{
    /// <summary>Whether operations may be methods of the state object.</summary>
    protected virtual bool AllowStateDispatch => false;

    /// <summary>The state; stored after each successful operation.</summary>
    protected TState State { get; set; } = default!;

    /// <summary>Context of the running operation.</summary>
    protected TaskEntityContext Context { get; private set; } = null!;

    /// <inheritdoc/>
    public ValueTask<object?> RunAsync(TaskEntityOperation operation)
    {
        Check.NotNull(operation);
        Context = operation.Context;
        State = operation.State.GetState(typeof(TState)) is { } state ? (TState)state : InitializeState(operation);

        if (operation.TryDispatch(this, out var result, out var returnType)
            || TryDispatchToState(operation, out result, out returnType))
        {
            return TaskEntityResult.UnwrapAsync(operation.State, () => State, result, returnType);
        }

        // Comes last, so that methods of the entity and of its state take precedence.
        if (string.Equals(operation.Name, "delete", StringComparison.OrdinalIgnoreCase))
        {
            operation.State.SetState(null);
            return default;
        }

        throw new NotSupportedException($"No suitable method found for entity operation '{operation}'.");
    }

    /// <summary>Makes the initial state of an entity without one; by default with the parameterless constructor.</summary>
    protected virtual TState InitializeState(TaskEntityOperation entityOperation)
        => Nullable.GetUnderlyingType(typeof(TState)) is { } type
            ? (TState)Activator.CreateInstance(type)!
            : Activator.CreateInstance<TState>();

    private bool TryDispatchToState(
        TaskEntityOperation operation, out object? result, [NotNullWhen(true)] out Type? returnType)
    {
        if (!AllowStateDispatch)
        {
            result = null;
            returnType = null;
            return false;
        }

        return State is null
            ? throw new InvalidOperationException("The operation cannot be dispatched to the entity state, because the state is null.")
            : operation.TryDispatch(State, out result, out returnType);
    }
}
