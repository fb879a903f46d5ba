using System.Collections.Concurrent;

namespace Grimoire.Functions.Storage;

/// <summary>Keeps the last so many of what never changes once it is there; what has gone is simply read again.</summary>
sealed class ImmutableCache<T>(int capacity)
    where T : class
{
    readonly ConcurrentDictionary<string, T> _items = new();
    readonly ConcurrentQueue<string> _order = new();

    public T? Find(string name) => _items.GetValueOrDefault(name);

    /// <summary>What was there is there no more.</summary>
    public void Forget(Func<string, bool> names)
    {
        foreach (var name in _items.Keys.Where(names))
        {
            _items.TryRemove(name, out _);
        }
    }

    public void Add(string name, T item)
    {
        if (!_items.TryAdd(name, item))
        {
            return;
        }

        _order.Enqueue(name);

        // Of names, not of items: those of what was forgotten stand in it too, and would be more and more.
        while (_order.Count > capacity && _order.TryDequeue(out var oldest))
        {
            _items.TryRemove(oldest, out _);
        }
    }
}
