using Grimoire.Casts;

namespace Grimoire.Spells;

/// <summary>When a failed attempt is followed by another, and how long after.</summary>
public sealed record RetrySettings
{
    /// <summary>What holds where neither step nor tool says anything.</summary>
    public static RetrySettings Default { get; } = new();

    public int MaxAttempts { get; init; } = 3;

    public TimeSpan FirstInterval { get; init; } = TimeSpan.FromSeconds(2);

    public double Backoff { get; init; } = 2.0;

    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>No attempt starts later than this after the first.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>Failures that are not retried although they are transient; see <see cref="ErrorPattern"/>.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>The pause before the next attempt, or null if there is none.</summary>
    /// <param name="failure">Of the attempt that has just ended.</param>
    /// <param name="attempt">Its number, from 1.</param>
    /// <param name="elapsed">Since the first attempt began.</param>
    public TimeSpan? PauseAfter(Failure failure, int attempt, TimeSpan elapsed)
    {
        if (!failure.Transient || attempt >= MaxAttempts || Except.Any(pattern => ErrorPattern.Matches(pattern, failure.Code)))
        {
            return null;
        }

        // A provider that says when to come back knows better, within reason.
        var pause = Interval(attempt);
        if (failure.RetryAfter is { } asked && asked > pause)
        {
            pause = asked;
        }

        return Within is { } within && elapsed + pause > within ? null : pause;
    }

    TimeSpan Interval(int attempt)
    {
        var ticks = FirstInterval.Ticks * Math.Pow(Backoff, attempt - 1);
        return ticks >= MaxInterval.Ticks ? MaxInterval : TimeSpan.FromTicks((long)ticks);
    }
}
