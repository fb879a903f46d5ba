using Grimoire.Webhooks;

namespace Grimoire.Notifications;

/// <summary>What signs messages: one secret, and for a while the ones before it, so that receivers can change theirs when it suits them.</summary>
/// <param name="Current">As Standard Webhooks writes it.</param>
/// <param name="Since">When it became that.</param>
/// <param name="Retired">The newest first.</param>
public sealed record SigningSecrets(string Current, DateTimeOffset Since, IReadOnlyList<RetiredSecret> Retired)
{
    /// <summary>Secrets that sign at the same time.</summary>
    public const int Most = 5;

    const int LeastBytes = 24;
    const int MostBytes = 64;

    public static SigningSecrets New(DateTimeOffset now, string? given = null) => new(given ?? SigningKeys.NewStandardSecret(), now, []);

    /// <summary>What is wrong with a secret that somebody has made; null if nothing is.</summary>
    public static string? Problem(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var encoded = secret.StartsWith(SigningKeys.StandardPrefix, StringComparison.Ordinal) ? secret.AsSpan(SigningKeys.StandardPrefix.Length) : [];
        Span<byte> key = stackalloc byte[encoded.Length];
        return Convert.TryFromBase64Chars(encoded, key, out var length) && length is >= LeastBytes and <= MostBytes
            ? null
            : $"'secret' has to be {SigningKeys.StandardPrefix} and the base64 of {LeastBytes} to {MostBytes} random bytes. Leave it out to have one made.";
    }

    /// <summary>Those that hold now.</summary>
    public SigningKeys KeysAt(DateTimeOffset now) => SigningKeys.Standard([Current, .. HoldingAt(now).Select(retired => retired.Secret)]);

    /// <summary>Another secret signs from now on; this one signs too for as long as <paramref name="overlap"/>.</summary>
    /// <returns>Null if there are as many as may be already: one of them has to expire first, for somebody may know no other.</returns>
    public SigningSecrets? Rotated(DateTimeOffset now, TimeSpan overlap, string? given = null)
    {
        var holding = HoldingAt(now);
        return given == Current ? this
            : holding.Count + 1 >= Most ? null
            : New(now, given) with { Retired = [new RetiredSecret(Current, now + overlap), .. holding] };
    }

    /// <summary>Until when an older secret signs too; null if none does.</summary>
    public DateTimeOffset? OverlapsUntil(DateTimeOffset now) => HoldingAt(now).Max(retired => (DateTimeOffset?)retired.Until);

    public override string ToString() => $"[{1 + Retired.Count} secrets]";

    List<RetiredSecret> HoldingAt(DateTimeOffset now) => [.. Retired.Where(retired => retired.Until > now)];
}

/// <param name="Until">It signs until then.</param>
public sealed record RetiredSecret(string Secret, DateTimeOffset Until)
{
    public override string ToString() => "[secret]";
}
