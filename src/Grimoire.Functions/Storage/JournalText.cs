using System.Text.Json;
using Grimoire.Casts;

namespace Grimoire.Functions.Storage;

/// <summary>A journal from some place on, as it was read: each event on a line.</summary>
/// <param name="Content">Half a line at its end is on its way.</param>
/// <param name="Offset">Where in the journal it begins.</param>
public sealed record JournalText(ReadOnlyMemory<byte> Content, long Offset)
{
    /// <summary>Where its last whole line ends.</summary>
    public long End => Offset + Content.Span.LastIndexOf((byte)'\n') + 1;

    /// <summary>The lines from one on that begins at <paramref name="offset"/>; none if the journal has never been that long.</summary>
    public IEnumerable<JournalLine> LinesFrom(long offset)
    {
        var rest = Content[(int)Math.Min(offset - Offset, Content.Length)..];
        while (rest.Span.IndexOf((byte)'\n') is >= 0 and var length)
        {
            if (length > 0 && Parse(rest[..length]) is { } parsed)
            {
                yield return new JournalLine(parsed, offset);
            }

            offset += length + 1;
            rest = rest[(length + 1)..];
        }
    }

    /// <summary>The event whose line begins there.</summary>
    public CastEvent EventAt(long offset) => LinesFrom(offset).First().Event;

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

/// <param name="Offset">Where in the journal the line begins.</param>
public readonly record struct JournalLine(CastEvent Event, long Offset);

/// <summary>How far a journal has been read.</summary>
/// <param name="Offset">Where the last event begins that was read.</param>
/// <param name="EventId">Which that is.</param>
/// <param name="At">When it happened: a journal that was begun anew under the same name may have the same event there, but of another time.</param>
public sealed record JournalMark(long Offset, string EventId, DateTimeOffset At)
{
    public static JournalMark Of(JournalLine line) => new(line.Offset, line.Event.Id, line.Event.At);
}

/// <param name="Text">What was read.</param>
/// <param name="Lines">Those in it that are new. An event that was written twice is there twice.</param>
/// <param name="Mark">Where to go on; null for a journal in which nothing is.</param>
/// <param name="IsAll">They are all that the journal has, and not what comes after what is known.</param>
public sealed record JournalPart(JournalText Text, IReadOnlyList<JournalLine> Lines, JournalMark? Mark, bool IsAll)
{
    public IReadOnlyList<CastEvent> Events => [.. Lines.Select(line => line.Event)];
}
