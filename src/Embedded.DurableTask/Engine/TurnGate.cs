namespace Embedded.DurableTask.Engine;

/// <summary>How many orchestrators' code runs at once. Who comes when the gate is full is run when somebody leaves.</summary>
internal sealed class TurnGate(int limit)
{
    readonly Queue<IThreadPoolWorkItem> _waiting = new();
    readonly Lock _gate = new();
    int _running;

    /// <returns>Whether the item may run; it must then <see cref="Exit"/>. False: it is run later, from the beginning.</returns>
    public bool TryEnter(IThreadPoolWorkItem item)
    {
        lock (_gate)
        {
            if (_running < limit)
            {
                _running++;
                return true;
            }

            _waiting.Enqueue(item);
            return false;
        }
    }

    public void Exit()
    {
        IThreadPoolWorkItem? next;
        lock (_gate)
        {
            _running--;
            _waiting.TryDequeue(out next);
        }

        if (next is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: false);
        }
    }
}
