using Grimoire.Casts;

namespace Grimoire.Accounts;

/// <summary>Whose spells, tools and casts are together, and the keys that open them.</summary>
/// <param name="Name">Its id: casts begin with it.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record Account(string Name, DateTimeOffset CreatedAt)
{
    /// <summary>The account of those who run the deployment: its admins may do everything in every account.</summary>
    public const string Operators = "main";

    /// <summary>Keys that hold at the same time.</summary>
    public const int MostKeys = 100;

    /// <summary>Of keys that have ended, so many are remembered.</summary>
    const int MostEnded = 100;

    /// <summary>Since when none of its keys opens anything; null if they do.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Its own; where it has none, those of all accounts hold.</summary>
    public AccountLimits Limits { get; init; } = AccountLimits.None;

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<KeyRecord> Keys { get; init; } = [];

    public static bool IsName(string name) => CastIds.IsAccount(name);

    public KeyRecord? Find(string keyId) => Keys.FirstOrDefault(key => key.Id == keyId);

    public int HoldingAt(DateTimeOffset now) => Keys.Count(key => key.HoldsAt(now));

    /// <summary>Whether an admin could still come in if this key did not.</summary>
    public bool HasOtherAdmin(string keyId, DateTimeOffset now) => Keys.Any(key => key.Id != keyId && key.Role == Role.Admin && key.HoldsAt(now));

    public Account With(KeyRecord key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(key);
        var all = Keys.Any(other => other.Id == key.Id) ? Keys.Select(other => other.Id == key.Id ? key : other) : Keys.Append(key);
        return this with { Keys = Remembered([.. all], now) };
    }

    /// <summary>A key comes in the place of another, which holds for as long as <paramref name="overlap"/> still, but not longer than it would have.</summary>
    public Account Rotated(KeyRecord old, KeyRecord successor, TimeSpan overlap, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(old);
        var end = now + overlap;
        var ending = overlap <= TimeSpan.Zero ? old with { RevokedAt = now } : old with { ExpiresAt = old.ExpiresAt < end ? old.ExpiresAt : end };
        return With(ending, now).With(successor, now);
    }

    static IReadOnlyList<KeyRecord> Remembered(IReadOnlyList<KeyRecord> keys, DateTimeOffset now)
    {
        var forgotten = keys.Where(key => !key.HoldsAt(now)).OrderByDescending(key => key.EndsAt).Skip(MostEnded).ToHashSet();
        return forgotten.Count == 0 ? keys : [.. keys.Where(key => !forgotten.Contains(key))];
    }
}
