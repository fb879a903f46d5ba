using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Http;

/// <summary>A journal as far as it was read, without its events: where in it each number is, and what it takes to number those that are added.</summary>
/// <param name="translate">An event as the reader knows it; null if it has no number.</param>
sealed class EventIndex(Func<CastEvent, CastEvent?> translate)
{
    readonly HashSet<UInt128> _seen = [];
    readonly List<long> _offsets = [];
    readonly List<CastEvent> _ends = [];

    /// <summary>Null before the first event.</summary>
    public JournalMark? Mark { get; private set; }

    /// <summary>Of how many events it knows that they were.</summary>
    public int Size => _seen.Count;

    /// <summary>Where the event begins that comes after that number; beyond everything if there is none yet.</summary>
    public long OffsetAfter(int seq) => seq < _offsets.Count ? _offsets[seq] : long.MaxValue;

    /// <summary>Each line at once or not at all: whatever comes in between, the mark tells how far it is.</summary>
    public void Add(IEnumerable<JournalLine> lines)
    {
        foreach (var line in lines)
        {
            var hasNumber = translate(line.Event) is not null;
            if (_seen.Add(ShortOf(line.Event.Id)))
            {
                if (hasNumber)
                {
                    _offsets.Add(line.Offset);
                }

                if (CastEvents.IsEnd(line.Event.Type) || CookEvents.IsEnd(line.Event.Type))
                {
                    _ends.Add(line.Event);
                }
            }

            Mark = JournalMark.Of(line);
        }
    }

    /// <param name="text">The journal, from the first of these events on.</param>
    /// <param name="after">Only events after this one.</param>
    /// <param name="limit">How many at most.</param>
    public FoundEvents Find(JournalText text, int after, int limit)
    {
        var there = Math.Max(0, _offsets.Count - after);
        var events = Enumerable.Range(after, Math.Min(there, limit)).Select(i => new NumberedEvent(i + 1, translate(text.EventAt(_offsets[i]))!));
        return new FoundEvents([.. events], there > limit, [.. _ends]);
    }

    /// <summary>So much of a hash that no two ids have the same; the ids take several times as much.</summary>
    static UInt128 ShortOf(string id) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(MemoryMarshal.AsBytes(id.AsSpan())));
}
