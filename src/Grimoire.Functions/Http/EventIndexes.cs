using Grimoire.Casts;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Http;

/// <param name="HasMore">There are events after these.</param>
/// <param name="Ends">All events of the journal that tell of an end, whichever were asked for.</param>
public sealed record FoundEvents(IReadOnlyList<NumberedEvent> Events, bool HasMore, IReadOnlyList<CastEvent> Ends);

/// <summary>
/// The journals whose events were asked for last, as far as they were read. Who asks again reads only what was added since, also by other processes, and what he asks for;
/// what was forgotten is read anew.
/// </summary>
public sealed class EventIndexes(Journal journal)
{
    /// <summary>Of all journals that are remembered: about 80 bytes each.</summary>
    const int MostEvents = 500_000;

    /// <summary>To read a short journal anew costs little.</summary>
    const int MostIndexes = 1_000;

    readonly NameLocks _locks = new();
    readonly Lock _lock = new();
    readonly Dictionary<Key, Known> _known = [];
    long _looks;

    /// <param name="journalId">Of the cast or cook.</param>
    /// <param name="translate">An event as the reader knows it; null to leave it out, as if it were not there. The same function each time: each has its own numbers.</param>
    /// <param name="after">Only events after this one.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">The caller has gone.</param>
    public async Task<FoundEvents> ReadAsync(string journalId, Func<CastEvent, CastEvent?> translate, int after, int limit, CancellationToken cancellation)
    {
        var key = new Key(journalId, translate);
        using var mine = await _locks.EnterAsync(journalId, cancellation).ConfigureAwait(false);
        var index = Find(key) ?? new EventIndex(translate);
        var part = await journal.ReadSinceAsync(journalId, index.Mark, cancellation, again: index.OffsetAfter(after)).ConfigureAwait(false);
        index = part.IsAll ? new EventIndex(translate) : index;
        index.Add(part.Lines);
        Keep(key, index);
        return index.Find(part.Text, after, limit);
    }

    EventIndex? Find(Key key)
    {
        lock (_lock)
        {
            return _known.GetValueOrDefault(key)?.Index;
        }
    }

    void Keep(Key key, EventIndex index)
    {
        lock (_lock)
        {
            _known[key] = new Known(index, index.Size, ++_looks);
            while (_known.Count > 1 && (_known.Count > MostIndexes || _known.Values.Sum(other => other.Size) > MostEvents))
            {
                _known.Remove(_known.MinBy(other => other.Value.LastLook).Key);
            }
        }
    }

    readonly record struct Key(string JournalId, Func<CastEvent, CastEvent?> Translate);

    sealed record Known(EventIndex Index, int Size, long LastLook);
}
