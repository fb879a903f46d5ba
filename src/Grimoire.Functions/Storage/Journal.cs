using System.Buffers;
using System.Collections.Concurrent;
using Grimoire.Casts;

namespace Grimoire.Functions.Storage;

/// <summary>The logs of what happened in casts: one event a line.</summary>
public sealed class Journal(IObjectStore objects)
{
    const int MaxWaiting = 10_000;

    readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new();

    public Task AppendAsync(string castId, IEnumerable<CastEvent> events, CancellationToken cancellation) => AppendAsync(castId, events, begin: true, cancellation);

    /// <summary>Adds to the journal of a cast that may have been deleted meanwhile: then it stays deleted.</summary>
    public Task AppendIfThereAsync(string castId, IEnumerable<CastEvent> events, CancellationToken cancellation) => AppendAsync(castId, events, begin: false, cancellation);

    async Task AppendAsync(string castId, IEnumerable<CastEvent> events, bool begin, CancellationToken cancellation)
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (var e in events)
        {
            lines.Write(CastStore.Bytes(e).Span);
            lines.Write("\n"u8);
        }

        if (lines.WrittenCount > 0)
        {
            await objects.AppendAsync(CastObjects.Journal(castId), lines.WrittenMemory, cancellation, begin).ConfigureAwait(false);
        }

        Wake(castId);
    }

    /// <summary>What the journal has from <paramref name="offset"/> on, and where it ends. An event that was written twice is there twice.</summary>
    public async Task<(IReadOnlyList<CastEvent> Events, long Offset)> ReadAsync(string castId, long offset, CancellationToken cancellation)
    {
        var text = await TextAsync(castId, offset, cancellation).ConfigureAwait(false);
        return ([.. text.LinesFrom(offset).Select(line => line.Event)], text.End);
    }

    /// <summary>What was added since <paramref name="mark"/>; all there is, if there is no mark, or the journal is not the one that it was made in: it may have been deleted.</summary>
    /// <param name="castId">Of which.</param>
    /// <param name="mark">How far it is known.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="again">The text is wanted from here on, although it is known.</param>
    public async Task<JournalPart> ReadSinceAsync(string castId, JournalMark? mark, CancellationToken cancellation, long again = long.MaxValue)
    {
        if (mark is not null)
        {
            // With the last event that is known: if it is there, so is what was before it.
            var text = await TextAsync(castId, Math.Min(again, mark.Offset), cancellation).ConfigureAwait(false);
            JournalLine[] lines = [.. text.LinesFrom(mark.Offset)];
            if (lines is [var known, .. var added] && JournalMark.Of(known) == mark)
            {
                return new JournalPart(text, added, JournalMark.Of(lines[^1]), IsAll: false);
            }
        }

        var whole = await TextAsync(castId, 0, cancellation).ConfigureAwait(false);
        JournalLine[] all = [.. whole.LinesFrom(0)];
        return new JournalPart(whole, all, all is [.., var last] ? JournalMark.Of(last) : null, IsAll: true);
    }

    /// <summary>The events of a cast, each once, in the order in which they were first written.</summary>
    public async Task<IReadOnlyList<CastEvent>> ReadAllAsync(string castId, CancellationToken cancellation)
    {
        var (events, _) = await ReadAsync(castId, 0, cancellation).ConfigureAwait(false);
        return [.. events.DistinctBy(e => e.Id)];
    }

    /// <summary>Completes when this process next adds to the journal of the cast. Others may add to it without that being seen here.</summary>
    public Task WhenAppended(string castId)
    {
        if (_waiting.Count >= MaxWaiting)
        {
            // Of casts to which nothing is added any more. Whoever still waits for one looks again.
            foreach (var other in _waiting.Keys)
            {
                Wake(other);
            }
        }

        return _waiting.GetOrAdd(castId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    void Wake(string castId)
    {
        if (_waiting.TryRemove(castId, out var waiting))
        {
            waiting.TrySetResult();
        }
    }

    async Task<JournalText> TextAsync(string castId, long offset, CancellationToken cancellation) =>
        new(await objects.ReadLogAsync(CastObjects.Journal(castId), offset, cancellation).ConfigureAwait(false), offset);
}
