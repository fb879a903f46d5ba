using System.Text.Json.Serialization;
using Grimoire.Casts;

namespace Grimoire.Accounts;

/// <summary>A line of the log of what an account has used: an attempt that has cost something, or a cast that has ended. It may be there twice: one of each id counts.</summary>
/// <param name="Id">Of the attempt, or of the cast.</param>
/// <param name="At">When it ended: the day that it belongs to, however late it is written.</param>
/// <param name="Spell">What was asked for: for a sub-cast, the spell of the cast that it belongs to.</param>
public sealed record UsageEntry(string Id, DateTimeOffset At, string Spell)
{
    /// <summary>The cook that it belongs to.</summary>
    public string? Cook { get; init; }

    /// <summary>Of an attempt.</summary>
    public string? Tool { get; init; }

    /// <summary>Of an attempt. Less than nothing if it turned out later that it had cost less.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal CostUsd { get; init; }

    /// <summary>How a cast has ended; null for a sub-cast, which is none of those that were asked for.</summary>
    public CastStatus? Status { get; init; }

    /// <summary>Of a cast: how many attempts it has made with each tool, those that cost nothing too.</summary>
    public IReadOnlyDictionary<string, int>? Attempts { get; init; }

    [JsonIgnore]
    public DateOnly Day => DayOf(At);

    /// <summary>Days are those of UTC.</summary>
    public static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);

    /// <summary>What an attempt that has ended has cost. The same however often it is asked: each in its day, and what came late apart from what was known before.</summary>
    /// <param name="attempt">As its record says.</param>
    /// <param name="spell">See <see cref="Spell"/>.</param>
    /// <param name="cook">See <see cref="Cook"/>.</param>
    public static IEnumerable<UsageEntry> Of(AttemptRecord attempt, string spell, string? cook)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        if (attempt.IsSubCast)
        {
            // Its own attempts tell.
            yield break;
        }

        var ended = attempt.EndedAt ?? attempt.StartedAt;
        var late = attempt.IsLate ? attempt.CostUsd - attempt.EarlierCostUsd : 0;
        if (attempt.CostUsd - late is not 0 and var paid)
        {
            yield return new UsageEntry(attempt.IdempotencyKey, ended, spell) { Cook = cook, Tool = attempt.Tool, CostUsd = paid };
        }

        if (late != 0)
        {
            yield return new UsageEntry(attempt.IdempotencyKey + ":late", attempt.LateAt ?? ended, spell) { Cook = cook, Tool = attempt.Tool, CostUsd = late };
        }
    }
}
