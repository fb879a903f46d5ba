namespace Microsoft.DurableTask.Entities;

/// <summary>The state of an entity.</summary>
public abstract class TaskEntityState
{
    /// <summary>Whether there is a state, i.e. whether the entity exists.</summary>
    public abstract bool HasState { get; }

    /// <summary>Reads the state; gives <paramref name="defaultValue"/> if there is none.</summary>
    public virtual T? GetState<T>(T? defaultValue = default) => GetState(typeof(T)) is T state ? state : defaultValue;

    /// <summary>Reads the state; gives null if there is none.</summary>
    public abstract object? GetState(Type type);

    /// <summary>Replaces the state; null deletes the entity.</summary>
    public abstract void SetState(object? state);
}
