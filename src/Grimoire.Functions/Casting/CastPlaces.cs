namespace Grimoire.Functions.Casting;

/// <summary>What is known of the casts of one account that are in flight.</summary>
sealed class CastPlaces(TimeProvider time)
{
    const int MostEnded = 20_000;

    readonly Lock _lock = new();

    /// <summary>Started here, and when that was done; null as long as it is not. What was started before it was looked has been seen, or has ended.</summary>
    readonly Dictionary<string, long?> _started = [];

    /// <summary>Ended here, but perhaps not seen to have.</summary>
    readonly HashSet<string> _ended = [];
    HashSet<string> _going = [];
    long? _lookedAt;

    /// <summary>One looks, the others wait for what it sees.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    public TimeSpan? Age => _lookedAt is { } at ? time.GetElapsedTime(at) : null;

    public int EndedCount
    {
        get
        {
            lock (_lock)
            {
                return _ended.Count;
            }
        }
    }

    int Taken => _going.Count + _started.Keys.Count(id => !_going.Contains(id));

    public bool HasRoom(string castId, int most)
    {
        lock (_lock)
        {
            return _going.Contains(castId) || _started.ContainsKey(castId) || Taken < most;
        }
    }

    public CastPlace? Enter(string castId, int most)
    {
        lock (_lock)
        {
            if (_going.Contains(castId) || _started.ContainsKey(castId))
            {
                return CastPlace.Anywhere;
            }

            if (Taken >= most)
            {
                return null;
            }

            _started[castId] = null;
            return new CastPlace(this, castId);
        }
    }

    public void Saw(HashSet<string> going, long began)
    {
        lock (_lock)
        {
            _ended.IntersectWith(going);
            going.ExceptWith(_ended);
            _going = going;
            _lookedAt = began;
            foreach (var (id, _) in _started.Where(start => start.Value < began).ToList())
            {
                _started.Remove(id);
            }
        }
    }

    public void End(string castId)
    {
        lock (_lock)
        {
            _going.Remove(castId);
            _started.Remove(castId);
            if (_ended.Count < MostEnded)
            {
                _ended.Add(castId);
            }
        }
    }

    public void Move(string castId, string another)
    {
        lock (_lock)
        {
            _started.Remove(castId);
            _started.TryAdd(another, null);
        }
    }

    public void Start(string castId)
    {
        lock (_lock)
        {
            if (_started.ContainsKey(castId))
            {
                _started[castId] = time.GetTimestamp();
            }
        }
    }

    public void GiveUp(string castId)
    {
        lock (_lock)
        {
            if (_started.TryGetValue(castId, out var at) && at is null)
            {
                _started.Remove(castId);
            }
        }
    }
}

/// <summary>The room that a cast has among those of its account. Given back if it is not started after all.</summary>
public sealed class CastPlace : IDisposable
{
    readonly CastPlaces? _places;
    string _castId;

    internal CastPlace(CastPlaces? places, string castId) => (_places, _castId) = (places, castId);

    /// <summary>Of an account without a limit, or of a cast that has its room already.</summary>
    public static CastPlace Anywhere { get; } = new(null, "");

    /// <summary>It is to be another cast.</summary>
    public void Move(string castId)
    {
        if (_places is not null && castId != _castId)
        {
            _places.Move(_castId, castId);
            _castId = castId;
        }
    }

    /// <summary>The engine knows of it: to be called when it has said so.</summary>
    public void Start() => _places?.Start(_castId);

    public void Dispose() => _places?.GiveUp(_castId);
}
