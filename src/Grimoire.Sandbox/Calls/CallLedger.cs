using System.Collections.Immutable;

namespace Grimoire.Sandbox.Calls;

/// <summary>The calls that the sandbox has received, in the order in which they came: the last 200,000.</summary>
sealed class CallLedger(TimeProvider time)
{
    public const int Capacity = 200_000;

    readonly Lock _gate = new();
    readonly RecordedCall?[] _ring = new RecordedCall?[Capacity];
    long _last;
    long _cleared;

    public RecordedCall Add(string method, string path, string? key)
    {
        DateTimeOffset at = time.GetUtcNow();
        lock (_gate)
        {
            var call = new RecordedCall(++_last, at, method, path, key);
            _ring[_last % Capacity] = call;
            return call;
        }
    }

    /// <summary>Forgets all calls; those that are not answered yet as well.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            Array.Clear(_ring);
            _cleared = _last;
        }
    }

    /// <summary>The calls of a path and of a key, oldest first, and how many older ones there was no room for.</summary>
    /// <param name="path">A path, or the start of one and an asterisk; null for all.</param>
    /// <param name="key">An Idempotency-Key, or the start of one and an asterisk; null for calls with any or none.</param>
    public (ImmutableArray<RecordedCall> Calls, long Forgotten) Find(string? path, string? key)
    {
        RecordedCall[] calls;
        long forgotten;
        lock (_gate)
        {
            long before = Math.Max(_cleared, _last - Capacity);
            forgotten = before - _cleared;
            calls = new RecordedCall[_last - before];
            for (int i = 0; i < calls.Length; i++)
            {
                calls[i] = _ring[(before + 1 + i) % Capacity]!;
            }
        }

        return ([.. calls.Where(call => Wildcard.Matches(path, call.Path) && (key is null || Wildcard.Matches(key, call.Key)))], forgotten);
    }
}
