namespace Embedded.DurableTask.Engine;

/// <summary>The actors that rest in memory, most recently used first. Beyond the limit the least recently used ones must leave.</summary>
internal sealed class LiveSet(int limit)
{
    readonly Lock _gate = new();
    Actor? _newest;
    Actor? _oldest;
    int _count;

    public int Count => Volatile.Read(ref _count);

    public void Touch(Actor actor)
    {
        Actor? evict = null;
        lock (_gate)
        {
            if (_newest == actor)
            {
                return;
            }

            Unlink(actor);
            actor.Older = _newest;
            if (_newest is not null)
            {
                _newest.Newer = actor;
            }

            _newest = actor;
            _oldest ??= actor;
            if (++_count > limit)
            {
                evict = _oldest;
                Unlink(evict);
            }
        }

        // One that is at work may stay: it comes back to the front when it is done.
        evict?.TryEvict();
    }

    public void Remove(Actor actor)
    {
        lock (_gate)
        {
            Unlink(actor);
        }
    }

    /// <summary>Asks everything that rests to leave memory.</summary>
    public void Clear()
    {
        while (true)
        {
            Actor? actor;
            lock (_gate)
            {
                actor = _oldest;
                if (actor is null)
                {
                    return;
                }

                Unlink(actor);
            }

            actor.TryEvict();
        }
    }

    void Unlink(Actor actor)
    {
        if (actor.Newer is null && actor.Older is null && _newest != actor)
        {
            return;
        }

        if (actor.Newer is null)
        {
            _newest = actor.Older;
        }
        else
        {
            actor.Newer.Older = actor.Older;
        }

        if (actor.Older is null)
        {
            _oldest = actor.Newer;
        }
        else
        {
            actor.Older.Newer = actor.Newer;
        }

        actor.Newer = actor.Older = null;
        _count--;
    }
}
