using System.Globalization;

namespace Grimoire.Webhooks;

/// <summary>What a timestamp counts since 1970.</summary>
public enum TimestampUnit
{
    Seconds,
    Milliseconds,
}

/// <summary>When a message was signed, as its sender says, and whether that is near enough to now.</summary>
static class SignedTime
{
    /// <summary>More than any date has, in milliseconds.</summary>
    const int MostDigits = 15;

    public static bool TryParse(ReadOnlySpan<char> text, TimestampUnit unit, out DateTimeOffset time)
    {
        time = default;
        if (text.Length > MostDigits || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        var milliseconds = unit == TimestampUnit.Seconds ? count * 1000 : count;
        if (milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return true;
    }

    /// <summary>The result for a message whose signature is right.</summary>
    public static SignatureCheck Check(string? id, DateTimeOffset signedAt, DateTimeOffset now, TimeSpan tolerance)
    {
        var age = now - signedAt;
        if (age > tolerance)
        {
            return new SignatureCheck(
                SignatureOutcome.Expired, $"The message was signed at {signedAt:u}, more than {Shown(tolerance)} ago.", SignedAt: signedAt);
        }

        return age < -tolerance
            ? new SignatureCheck(
                SignatureOutcome.TooNew, $"The message was signed at {signedAt:u}, which is more than {Shown(tolerance)} ahead of the clock here.", SignedAt: signedAt)
            : new SignatureCheck(SignatureOutcome.Valid, "The signature is right.", id, signedAt);
    }

    static string Shown(TimeSpan tolerance) => System.Xml.XmlConvert.ToString(tolerance);
}
