using Microsoft.DurableTask;

namespace Embedded.DurableTask.Engine.Orchestrations;

/// <summary>
/// External events of one orchestration: who waits for which name (the newest waiter is served first), and what came before
/// anybody waited for it (the oldest is served first). Names do not differ by case. A cancelled waiter takes no event.
/// </summary>
internal sealed class EventWaiters(DataConverter converter, Func<bool> mayCancel)
{
    Dictionary<string, Waiter>? _waiters;
    Dictionary<string, Queue<string?>>? _buffer;

    /// <summary>How many wait and have not been cancelled.</summary>
    public int Waiting { get; private set; }

    bool MayCancel() => mayCancel();

    public Task<T> Wait<T>(string name, CancellationToken cancellation)
    {
        _waiters ??= new(StringComparer.OrdinalIgnoreCase);
        Waiter? top = Top(name);
        if (top is not null && top.EventType != typeof(T))
        {
            throw new ArgumentException(
                $"The orchestration already waits for event '{name}' as {top.EventType.FullName}; it cannot also wait for it as {typeof(T).FullName}.",
                nameof(name));
        }

        var waiter = new Waiter<T>(this, top);
        _waiters[name] = waiter;
        Waiting++;
        if (TakeBuffered(name, out string? payload))
        {
            Raise(name, payload);
        }
        else if (cancellation.CanBeCanceled)
        {
            waiter.CancelWith(cancellation);
        }

        return waiter.Task;
    }

    /// <summary>Gives the event to the newest waiter, or keeps it for one to come.</summary>
    public void Raise(string name, string? payload)
    {
        if (Top(name) is not { } waiter)
        {
            _buffer ??= new(StringComparer.OrdinalIgnoreCase);
            if (!_buffer.TryGetValue(name, out Queue<string?>? queue))
            {
                _buffer[name] = queue = new();
            }

            queue.Enqueue(payload);
            return;
        }

        SetTop(name, waiter.Next);
        Waiting--;
        waiter.Complete(payload, converter);
    }

    /// <summary>Empties the buffer: event names and payloads, oldest first for each name.</summary>
    public IReadOnlyList<(string Name, string? Payload)> TakeBuffered()
    {
        List<(string, string?)> taken = [.. (_buffer ?? []).SelectMany(b => b.Value.Select(payload => (b.Key, payload)))];
        _buffer = null;
        return taken;
    }

    bool TakeBuffered(string name, out string? payload)
    {
        if (_buffer is null || !_buffer.TryGetValue(name, out Queue<string?>? queue))
        {
            payload = null;
            return false;
        }

        payload = queue.Dequeue();
        if (queue.Count == 0)
        {
            _buffer.Remove(name);
        }

        return true;
    }

    Waiter? Top(string name)
    {
        if (_waiters is null || !_waiters.TryGetValue(name, out Waiter? waiter))
        {
            return null;
        }

        Waiter? top = waiter;
        while (top is { IsCancelled: true })
        {
            top = top.Next;
        }

        if (top != waiter)
        {
            SetTop(name, top);
        }

        return top;
    }

    void SetTop(string name, Waiter? waiter)
    {
        if (waiter is null)
        {
            _waiters!.Remove(name);
        }
        else
        {
            _waiters![name] = waiter;
        }
    }

    abstract class Waiter(Waiter? next)
    {
        public Waiter? Next { get; } = next;

        public bool IsCancelled { get; protected set; }

        public abstract Type EventType { get; }

        public abstract void Complete(string? payload, DataConverter converter);
    }

    sealed class Waiter<T>(EventWaiters owner, Waiter? next) : Waiter(next)
    {
        readonly TaskCompletionSource<T> _source = new();
        CancellationTokenRegistration _registration;

        public override Type EventType => typeof(T);

        public Task<T> Task => _source.Task;

        public void CancelWith(CancellationToken token) => _registration = token.Register(() =>
        {
            if (!_source.Task.IsCompleted && owner.MayCancel())
            {
                IsCancelled = true;
                owner.Waiting--;
                _source.TrySetCanceled(token);
            }
        });

        public override void Complete(string? payload, DataConverter converter)
        {
            _registration.Dispose();
            T? value;
            try
            {
                value = payload is null ? default : converter.Deserialize<T>(payload);
            }
            catch (Exception e)
            {
                // Whatever the converter throws belongs to the code that awaits the event.
                _source.TrySetException(e);
                return;
            }

            _source.TrySetResult(value!);
        }
    }
}
