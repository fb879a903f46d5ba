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
        var events = new List<CastEvent>();
        var rest = whole;
        while (rest.Length > 0)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            if (end > 0 && Parse(rest[..end]) is { } parsed)
            {
                events.Add(parsed);
            }

            rest = rest[(end + 1)..];
        }

        return (events, offset + whole.Length);
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
