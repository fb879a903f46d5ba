using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Engine.Operations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Hosting;

internal sealed class EmbeddedEntityClient(string name, EmbeddedTaskHub hub, DataConverter converter) : DurableEntityClient(name)
{
    public override async Task SignalEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null, CancellationToken cancellation = default)
    {
        Check.NotDefault(id);
        Check.NotNullOrEmpty(operationName);
        cancellation.ThrowIfCancellationRequested();
        string? payload = converter.Serialize(input);
        hub.PayloadLimit.Check(payload, $"input of operation '{operationName}'", nameof(input));
        long due = options?.SignalTime is { } time && time.UtcTicks > hub.Now.Ticks ? time.UtcTicks : 0;
        await hub.SendAsync(id.ToString(), new Entry(EntryKind.EntitySignaled) { Name = operationName, Payload = payload }, due)
            .ConfigureAwait(false);
    }

    public override Task<EntityMetadata?> GetEntityAsync(
        EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        Task.FromResult(Find(id, cancellation) is { } row ? Untyped(row, includeState) : null);

    public override Task<EntityMetadata<T>?> GetEntityAsync<T>(
        EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        Task.FromResult(Find(id, cancellation) is { } row ? Typed<T>(row, includeState) : null);

    public override AsyncPageable<EntityMetadata> GetAllEntitiesAsync(EntityQuery? filter = null) => Query(filter, Untyped);

    public override AsyncPageable<EntityMetadata<T>> GetAllEntitiesAsync<T>(EntityQuery? filter = null) => Query(filter, Typed<T>);

    public override async Task<CleanEntityStorageResult> CleanEntityStorageAsync(
        CleanEntityStorageRequest? request = null, bool continueUntilComplete = true, CancellationToken cancellation = default)
    {
        CleanEntityStorageRequest wanted = request ?? CleanEntityStorageRequest.Default;
        string? continuation = wanted.ContinuationToken;
        int released = 0;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            (IReadOnlyList<EntityRow> rows, string? next) = hub.Read(reader => reader.QueryEntities(
                string.Empty, 0, long.MaxValue, withState: false, withTransient: true, continuation, EntityQuery.DefaultPageSize));

            // An entity without state is not kept once it is unlocked, so there are no empty ones to remove.
            foreach (EntityRow row in wanted.ReleaseOrphanedLocks ? rows.Where(r => r.LockedBy is not null) : [])
            {
                var operation = new ReleaseOrphanedLock(hub, row);
                hub.Write(operation, onThisThread: false);
                released += await operation.Task.ConfigureAwait(false) ? 1 : 0;
            }

            continuation = next;
        }
        while (continueUntilComplete && continuation is not null);

        return new CleanEntityStorageResult { OrphanedLocksReleased = released, ContinuationToken = continuation };
    }

    EntityRow? Find(EntityInstanceId id, CancellationToken cancellation)
    {
        Check.NotDefault(id);
        cancellation.ThrowIfCancellationRequested();
        return hub.Read(reader => reader.FindEntity(id.ToString())) is { State: not null } row ? row : null;
    }

    AsyncPageable<TMetadata> Query<TMetadata>(EntityQuery? filter, Func<EntityRow, bool, TMetadata> view)
        where TMetadata : class => Pageable.Create((continuation, pageSize, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            bool includeState = filter?.IncludeState ?? true;
            (IReadOnlyList<EntityRow> rows, string? next) = hub.Read(reader => reader.QueryEntities(
                filter?.InstanceIdStartsWith ?? string.Empty,
                filter?.LastModifiedFrom?.UtcTicks ?? 0,
                filter?.LastModifiedTo?.UtcTicks ?? long.MaxValue,
                includeState,
                filter?.IncludeTransient ?? false,
                continuation ?? filter?.ContinuationToken,
                pageSize ?? filter?.PageSize ?? EntityQuery.DefaultPageSize));
            return Task.FromResult(new Page<TMetadata>([.. rows.Select(row => view(row, includeState))], next));
        });

    EntityMetadata Untyped(EntityRow row, bool includeState) => new(
        EntityInstanceId.FromString(row.Id),
        includeState && row.State is not null ? new SerializedData(row.State, converter) : null)
    {
        LastModifiedTime = new DateTimeOffset(row.Modified, TimeSpan.Zero),
        BacklogQueueSize = row.Backlog,
        LockedBy = row.LockedBy,
    };

    EntityMetadata<T> Typed<T>(EntityRow row, bool includeState)
    {
        EntityInstanceId id = EntityInstanceId.FromString(row.Id);
        var time = new DateTimeOffset(row.Modified, TimeSpan.Zero);
        return includeState && row.State is not null
            ? new EntityMetadata<T>(id, converter.Deserialize<T>(row.State)) { LastModifiedTime = time, BacklogQueueSize = row.Backlog, LockedBy = row.LockedBy }
            : new EntityMetadata<T>(id) { LastModifiedTime = time, BacklogQueueSize = row.Backlog, LockedBy = row.LockedBy };
    }
}
