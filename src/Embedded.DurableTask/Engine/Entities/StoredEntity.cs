using Embedded.DurableTask.Engine.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Engine.Entities;

/// <summary>An entity's state during a batch: serialized when it is set, read back when somebody asks for another type.</summary>
internal sealed class StoredEntityState(DataConverter converter, PayloadLimit limit, string? serialized) : TaskEntityState
{
    string? _serialized = serialized;
    object? _cached;

    public override bool HasState => _serialized is not null;

    public string? Serialized => _serialized;

    /// <summary>The state for an operation, which has the object that the one before it left.</summary>
    public StoredEntityState Copy() => new(converter, limit, _serialized) { _cached = _cached };

    /// <summary>The state after an operation that failed, which may have changed the object.</summary>
    public StoredEntityState WithoutObject() => new(converter, limit, _serialized);

    public override object? GetState(Type type) =>
        _cached is not null && type.IsInstanceOfType(_cached)
            ? _cached
            : _cached = _serialized is null ? null : converter.Deserialize(_serialized, type);

    public override void SetState(object? state)
    {
        string? payload = converter.Serialize(state);
        limit.Check(payload, "state of the entity", nameof(state));
        _serialized = payload;
        _cached = state;
    }
}

internal sealed class StoredEntityOperation(Entry entry, StoredEntityContext context, StoredEntityState state, DataConverter converter)
    : TaskEntityOperation
{
    public override string Name => entry.Name!;

    public override TaskEntityContext Context => context;

    public override TaskEntityState State => state;

    public override bool HasInput => entry.Payload is not null;

    public override object? GetInput(Type inputType) => entry.Payload is null ? null : converter.Deserialize(entry.Payload, inputType);
}

/// <summary>Collects what an operation sends; it goes out when the operation is stored.</summary>
internal sealed class StoredEntityContext(EntityInstanceId id, Dispatcher dispatcher) : TaskEntityContext
{
    public override EntityInstanceId Id { get; } = id;

    public List<Message> Sent { get; } = [];

    public List<InstanceRow> Started { get; } = [];

    public override void SignalEntity(EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
    {
        Check.NotDefault(id);
        Check.NotNullOrEmpty(operationName);
        Sent.Add(new Message(id.ToString(), new Entry(EntryKind.EntitySignaled) { Name = operationName, Payload = Serialize(input, operationName) })
        {
            Sequence = dispatcher.Hub.NextId(),
            Due = options?.SignalTime?.UtcTicks ?? 0,
        });
    }

    public override string ScheduleNewOrchestration(TaskName name, object? input = null, StartOrchestrationOptions? options = null)
    {
        Check.NotDefault(name);
        Check.NotEntity(true, options?.InstanceId);
        InstanceRow row = dispatcher.Hub.NewInstance(
            name, options?.Version?.Version ?? string.Empty, Serialize(input, name), options);
        Started.Add(row);
        return row.Id;
    }

    string? Serialize(object? value, string what)
    {
        string? payload = dispatcher.Worker.Converter.Serialize(value);
        dispatcher.Worker.Settings.PayloadLimit.Check(payload, $"input of '{what}'", nameof(value));
        return payload;
    }
}
