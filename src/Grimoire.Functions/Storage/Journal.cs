using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
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
        var content = await objects.ReadLogAsync(CastObjects.Journal(castId), offset, cancellation).ConfigureAwait(false);

        // The last line may be on its way.
        var whole = content[..(content.Span.LastIndexOf((byte)'\n') + 1)];
        return ([.. Lines(whole, offset).Select(line => line.Event)], offset + whole.Length);
    }

    /// <summary>What was added since <paramref name="mark"/>; all there is, if there is no mark, or the journal is not the one that it was made in: it may have been deleted.</summary>
    public async Task<JournalPart> ReadSinceAsync(string castId, JournalMark? mark, CancellationToken cancellation)
    {
        if (mark is not null)
        {
            // From the last event on that is known: if it is there, so is what was before it.
            var content = await objects.ReadLogAsync(CastObjects.Journal(castId), mark.Offset, cancellation).ConfigureAwait(false);
            (CastEvent Event, long Offset)[] lines = [.. Lines(content, mark.Offset)];
            if (lines is [var known, .. var added] && known.Event.Id == mark.EventId)
            {
                return new JournalPart([.. added.Select(line => line.Event)], new JournalMark(lines[^1].Offset, lines[^1].Event.Id), IsAll: false);
            }
        }

        (CastEvent Event, long Offset)[] all = [.. Lines(await objects.ReadLogAsync(CastObjects.Journal(castId), 0, cancellation).ConfigureAwait(false), 0)];
        return new JournalPart([.. all.Select(line => line.Event)], all is [.., var last] ? new JournalMark(last.Offset, last.Event.Id) : null, IsAll: true);
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

    /// <summary>The events of whole lines, and where each begins.</summary>
    static IEnumerable<(CastEvent Event, long Offset)> Lines(ReadOnlyMemory<byte> content, long offset)
    {
        var from = 0;
        while (content.Span[from..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            if (length > 0 && Parse(content.Slice(from, length)) is { } parsed)
            {
                yield return (parsed, offset + from);
            }

            from += length + 1;
        }
    }

    /// <summary>Null for a line that a crash has left half written: the event was not acknowledged, and was written again.</summary>
    static CastEvent? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<CastEvent>(line.Span, DomainJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>How far a journal has been read.</summary>
/// <param name="Offset">Where the last event begins that was read.</param>
/// <param name="EventId">Which that is.</param>
public sealed record JournalMark(long Offset, string EventId);

/// <param name="Events">An event that was written twice is there twice.</param>
/// <param name="Mark">Where to go on; null for a journal in which nothing is.</param>
/// <param name="IsAll">They are all that the journal has, and not what comes after what is known.</param>
public sealed record JournalPart(IReadOnlyList<CastEvent> Events, JournalMark? Mark, bool IsAll);
