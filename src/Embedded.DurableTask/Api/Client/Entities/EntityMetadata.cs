using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask.Client.Entities;

/// <summary>A snapshot of an entity.</summary>
[JsonConverter(typeof(EntityMetadataConverter))]
public class EntityMetadata<TState>(EntityInstanceId id)
{
    private readonly TState? _state;

    public EntityMetadata(EntityInstanceId id, TState? state)
        : this(id)
    {
        IncludesState = state is not null;
        _state = state;
    }

    public EntityInstanceId Id { get; } = Check.NotDefault(id);

    public DateTimeOffset LastModifiedTime { get; init; }

    /// <summary>Number of operations which wait to be processed.</summary>
    public int BacklogQueueSize { get; init; }

    /// <summary>Instance ID of the orchestration which has locked the entity, if any.</summary>
    public string? LockedBy { get; init; }

    [MemberNotNullWhen(true, nameof(State), nameof(_state))]
    public bool IncludesState { get; }

    /// <summary>The state.</summary>
    /// <exception cref="InvalidOperationException">The snapshot includes no state.</exception>
    public TState State
        => IncludesState
            ? _state
            : throw new InvalidOperationException($"There is no state to get when {nameof(IncludesState)} is false.");
}

/// <summary>A snapshot of an entity with its state as serialized.</summary>
[JsonConverter(typeof(EntityMetadataConverter))]
public sealed class EntityMetadata(EntityInstanceId id, SerializedData? state = null)
    : EntityMetadata<SerializedData>(id, state);
