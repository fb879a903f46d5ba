using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Embedded.DurableTask.Engine.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Engine.Orchestrations;

/// <summary>Entities as an orchestrator uses them: calls, signals, and critical sections that lock several at once.</summary>
internal sealed class EntityFeature(EmbeddedOrchestrationContext context) : TaskOrchestrationEntityFeature
{
    EntityInstanceId[]? _locked;
    HashSet<EntityInstanceId>? _available;
    int _section;

    public override async Task<TResult> CallEntityAsync<TResult>(
        EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null)
    {
        Task<TResult> call = Call<TResult>(id, operationName, input, ignoresResult: false);
        try
        {
            return await call;
        }
        finally
        {
            Recover(id);
        }
    }

    public override async Task CallEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null)
    {
        Task<object?> call = Call<object?>(id, operationName, input, ignoresResult: true);
        try
        {
            await call;
        }
        finally
        {
            Recover(id);
        }
    }

    public override Task SignalEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
    {
        Check.NotDefault(id);
        Check.NotNullOrEmpty(operationName);
        context.CheckThread();
        if (_locked?.Contains(id) == true)
        {
            throw new InvalidOperationException("Must not signal a locked entity from a critical section.");
        }

        context.Ask(new Entry(EntryKind.EntitySignaled)
        {
            Target = id.ToString(),
            Name = operationName,
            Payload = context.Serialize(input, $"input of operation '{operationName}'", nameof(input)),
            At = options?.SignalTime?.UtcTicks ?? 0,
        });
        return Task.CompletedTask;
    }

    public override async Task<IAsyncDisposable> LockEntitiesAsync(IEnumerable<EntityInstanceId> entityIds)
    {
        Check.NotNull(entityIds);
        EntityInstanceId[] ids = [.. entityIds.Select(id => Check.NotDefault(id)).Distinct().OrderBy(id => id.ToString(), StringComparer.Ordinal)];
        Check.Argument(ids.Length > 0, nameof(entityIds), "The list of entities to lock must not be empty.");
        if (_locked is not null)
        {
            throw new InvalidOperationException("Must not enter another critical section from within a critical section.");
        }

        // Everybody locks in the same order, so nobody waits in a circle.
        _locked = ids;
        int section = ++_section;
        await context.AskFor<object?>(
            new Entry(EntryKind.EntitiesLocked) { Target = JsonSerializer.Serialize(ids.Select(id => id.ToString())) },
            ignoresResult: true);
        _available = [.. ids];
        return new Releaser(this, section);
    }

    public override bool InCriticalSection([NotNullWhen(true)] out IReadOnlyList<EntityInstanceId>? entityIds)
    {
        entityIds = _locked is null ? [] : [.. _available ?? []];
        return _locked is not null;
    }

    /// <summary>Leaves the critical section, if there is one.</summary>
    public void Release()
    {
        if (_locked is null)
        {
            return;
        }

        context.Ask(new Entry(EntryKind.EntitiesReleased) { Target = JsonSerializer.Serialize(_locked.Select(id => id.ToString())) });
        _locked = null;
        _available = null;
    }

    public void CheckSubOrchestration()
    {
        if (_locked is not null)
        {
            throw new InvalidOperationException("While holding locks, cannot call suborchestrators.");
        }
    }

    Task<T> Call<T>(EntityInstanceId id, string operation, object? input, bool ignoresResult)
    {
        Check.NotDefault(id);
        Check.NotNullOrEmpty(operation);
        context.CheckThread();
        string? payload = context.Serialize(input, $"input of operation '{operation}'", nameof(input));
        if (_locked is not null && _available?.Remove(id) != true)
        {
            throw new InvalidOperationException(
                _available is null ? "Must await the completion of the lock request prior to calling any entity."
                : _locked.Contains(id) ? "Must not call an entity from a critical section while a prior call to the same entity is still pending."
                : "Must not call an entity from a critical section if it is not one of the locked entities.");
        }

        return context.AskFor<T>(
            new Entry(EntryKind.EntityCalled)
            {
                Target = id.ToString(),
                Name = operation,
                Payload = payload,
            },
            ignoresResult);
    }

    void Recover(EntityInstanceId id)
    {
        if (_locked?.Contains(id) == true)
        {
            _available?.Add(id);
        }
    }

    sealed class Releaser(EntityFeature feature, int section) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            if (feature._section == section)
            {
                feature.Release();
            }

            return default;
        }
    }
}
