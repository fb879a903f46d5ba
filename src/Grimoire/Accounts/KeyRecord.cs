namespace Grimoire.Accounts;

/// <summary>What is stored of a key.</summary>
/// <param name="Id">Of the key.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Name">Whose it is or what it is for, in the words of who has made it.</param>
/// <param name="Hash">Of its secret.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record KeyRecord(string Id, Role Role, string Name, string Hash, DateTimeOffset CreatedAt)
{
    public const int MaxName = 64;

    /// <summary>It holds until then; null: until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The key in whose place it came.</summary>
    public string? Replaces { get; init; }

    public bool HoldsAt(DateTimeOffset now) => StatusAt(now) == KeyStatus.Valid;

    public KeyStatus StatusAt(DateTimeOffset now) =>
        RevokedAt is not null ? KeyStatus.Revoked : ExpiresAt <= now ? KeyStatus.Expired : KeyStatus.Valid;

    /// <summary>When it ended, or is to end.</summary>
    internal DateTimeOffset EndsAt => RevokedAt ?? ExpiresAt ?? DateTimeOffset.MaxValue;

    /// <summary>A key that may do the same for as long as this one might; <paramref name="key"/> is what its holder presents.</summary>
    public KeyRecord Successor(ApiKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new KeyRecord(key.Id, Role, Name, key.Hash(), now) { ExpiresAt = ExpiresAt is { } end ? now + (end - CreatedAt) : null, Replaces = Id };
    }

    /// <summary>Its hash is nobody's business.</summary>
    public override string ToString() => $"[key {Id}]";
}

public enum KeyStatus
{
    Valid,
    Expired,
    Revoked,
}
