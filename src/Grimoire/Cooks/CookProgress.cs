using System.Text.Json.Serialization;
using Grimoire.Casts;

namespace Grimoire.Cooks;

/// <summary>How far a cook is: a fold over the starts and ends of its pieces. Each piece counts once, with the last cast of it.</summary>
public sealed record CookProgress
{
    public required int Total { get; init; }

    /// <summary>Cast now.</summary>
    public int Running { get; init; }

    public int Completed { get; init; }

    public int Failed { get; init; }

    public int Cancelled { get; init; }

    /// <summary>Not cast yet, or to be cast again.</summary>
    public int Waiting => Math.Max(0, Total - Running - Ended);

    public int Ended => Completed + Failed + Cancelled;

    /// <summary>Of all casts that have ended, also of those that were cast again.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>How many casts that is the cost of.</summary>
    public int CastsEnded { get; init; }

    /// <summary>When the first piece started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the last piece ended; null as long as there are others.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    [JsonIgnore]
    public bool HasEnded => Ended >= Total;

    public static CookProgress Of(int total, DateTimeOffset? startedAt = null) => new() { Total = total, StartedAt = startedAt };

    public CookProgress Started(DateTimeOffset at, int pieces = 1) => this with
    {
        Running = Running + pieces,
        StartedAt = StartedAt is { } earlier && earlier <= at ? earlier : at,
    };

    /// <summary>A piece that ran has ended.</summary>
    /// <param name="status">Completed, failed or cancelled.</param>
    /// <param name="costUsd">Of its cast.</param>
    /// <param name="at">When.</param>
    public CookProgress PieceEnded(CastStatus status, decimal costUsd, DateTimeOffset at)
    {
        var next = this with
        {
            Running = Math.Max(0, Running - 1),
            Completed = Completed + (status == CastStatus.Completed ? 1 : 0),
            Failed = Failed + (status == CastStatus.Failed ? 1 : 0),
            Cancelled = Cancelled + (status == CastStatus.Cancelled ? 1 : 0),
            CostUsd = CostUsd + costUsd,
            CastsEnded = CastsEnded + 1,
        };
        return next.Ended == Ended
            ? throw new ArgumentOutOfRangeException(nameof(status), status, "A piece ends as completed, failed or cancelled.")
            : next with { EndedAt = next.HasEnded ? EndedAt ?? at : null };
    }

    /// <summary>Pieces that never ran and never will: the cook was cancelled, or it stopped.</summary>
    public CookProgress NeverStarted(int pieces, DateTimeOffset at)
    {
        var next = this with { Cancelled = Cancelled + pieces };
        return next with { EndedAt = next.HasEnded ? EndedAt ?? at : null };
    }

    /// <summary>Pieces that have ended are to be cast again. What they have cost stays.</summary>
    public CookProgress Again(int failed, int cancelled = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(failed, Failed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cancelled, Cancelled);
        return this with { Failed = Failed - failed, Cancelled = Cancelled - cancelled, EndedAt = failed + cancelled > 0 ? null : EndedAt };
    }

    /// <summary>More of all pieces have failed than may.</summary>
    /// <param name="tolerated">Of a hundred.</param>
    public bool IsOverTolerated(decimal tolerated) => Failed * 100m > tolerated * Total;

    /// <summary>What the pieces that have not ended are going to cost, if they cost what the others did; null as long as nobody knows.</summary>
    public decimal? EstimatedRestUsd() =>
        HasEnded ? 0
        : CastsEnded == 0 ? null
        : decimal.Round(CostUsd * (Total - Ended) / CastsEnded, 6, MidpointRounding.AwayFromZero);

    /// <summary>How many casts end in a second; null as long as nobody knows.</summary>
    public double? PerSecond(DateTimeOffset now) =>
        CastsEnded > 0 && StartedAt is { } started && (EndedAt ?? now) - started is { Ticks: > 0 } taken ? CastsEnded / taken.TotalSeconds : null;

    /// <summary>When it will have ended, if it goes on as it went so far; null as long as nobody knows, or if that is beyond all calendars.</summary>
    public DateTimeOffset? ExpectedEnd(DateTimeOffset now)
    {
        if (HasEnded || PerSecond(now) is not { } pace)
        {
            return EndedAt;
        }

        var rest = (Total - Ended) / pace;
        return rest < (DateTimeOffset.MaxValue - now).TotalSeconds - 1 ? now.AddSeconds(rest) : null;
    }
}
