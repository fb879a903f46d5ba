using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask;

/// <content>Registration of entities.</content>
public sealed partial class DurableTaskRegistry
{
    /// <summary>Adds an entity with a factory, which is called for each batch of operations.</summary>
    public DurableTaskRegistry AddEntity(TaskName name, Func<IServiceProvider, ITaskEntity> factory)
    {
        Check.NotDefault(name);
        Check.NotNull(factory);
        return Entities.TryAdd(name, factory)
            ? this
            : throw new ArgumentException($"An {nameof(ITaskEntity)} named '{name}' is already added.", nameof(name));
    }

    /// <summary>Adds an entity type, whose constructor may take services.</summary>
    public DurableTaskRegistry AddEntity(TaskName name, Type type)
    {
        Check.ConcreteType<ITaskEntity>(type);
        return AddEntity(name, TaskTypeActivator.New<ITaskEntity>(type));
    }

    /// <inheritdoc cref="AddEntity(TaskName, Type)"/>
    public DurableTaskRegistry AddEntity(Type type) => AddEntity(type.GetTaskName(), type);

    /// <inheritdoc cref="AddEntity(TaskName, Type)"/>
    public DurableTaskRegistry AddEntity<TEntity>(TaskName name)
        where TEntity : class, ITaskEntity
        => AddEntity(name, typeof(TEntity));

    /// <inheritdoc cref="AddEntity(TaskName, Type)"/>
    public DurableTaskRegistry AddEntity<TEntity>()
        where TEntity : class, ITaskEntity
        => AddEntity(typeof(TEntity));

    /// <summary>Adds an object which executes the operations of all entities of this name.</summary>
    public DurableTaskRegistry AddEntity(TaskName name, ITaskEntity entity)
    {
        Check.NotNull(entity);
        return AddEntity(name, _ => entity);
    }

    /// <inheritdoc cref="AddEntity(TaskName, ITaskEntity)"/>
    public DurableTaskRegistry AddEntity(ITaskEntity entity)
    {
        Check.NotNull(entity);
        return AddEntity(entity.GetType().GetTaskName(), entity);
    }
}
