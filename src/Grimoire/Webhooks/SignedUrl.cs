using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Grimoire.Casts;

namespace Grimoire.Webhooks;

/// <summary>
/// The token in the callback URL of an attempt: whoever has it may complete that attempt, and nothing else, until it expires.
/// <c>v1.expiry.signature</c>: expiry in seconds since 1970, signature HMAC-SHA256 in base64url.
/// </summary>
public static class SignedUrl
{
    const string Version = "v1.";
    const int MacLength = 32;
    const int SignatureLength = 43;
    const int MaxToken = 80;

    /// <summary>Signed with everything, so that a key that signs other things, too, has never signed a token by accident.</summary>
    const string Purpose = "Grimoire callback URL v1";

    static readonly SignatureCheck Valid = new(SignatureOutcome.Valid, "The token is right.");
    static readonly SignatureCheck Missing = new(SignatureOutcome.Missing, "The token is missing.");
    static readonly SignatureCheck Malformed = new(SignatureOutcome.Malformed, "The token is none: v1, an expiry and a signature are wanted, joined by dots.");
    static readonly SignatureCheck Forged = new(SignatureOutcome.Forged, "The token is not one of this attempt.");

    /// <param name="attempt">What may be completed with it.</param>
    /// <param name="expires">A fraction of a second is rounded up.</param>
    /// <param name="keys">The first one signs.</param>
    public static string Token(AttemptKey attempt, DateTimeOffset expires, SigningKeys keys)
    {
        var seconds = (expires.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds, nameof(expires));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, DateTimeOffset.MaxValue.ToUnixTimeSeconds(), nameof(expires));
        Span<byte> macs = stackalloc byte[SigningKeys.Most * MacLength];
        Macs(attempt, seconds, keys, macs);
        return string.Create(CultureInfo.InvariantCulture, $"{Version}{seconds}.{SignatureText.Encode(macs[..MacLength], SignatureEncoding.Base64url)}");
    }

    /// <param name="token">As it came.</param>
    /// <param name="attempt">What is to be completed.</param>
    /// <param name="keys">Any of them will do.</param>
    /// <param name="now">The time here. At the moment of its expiry a token is no longer valid.</param>
    public static SignatureCheck Check(string? token, AttemptKey attempt, SigningKeys keys, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(token))
        {
            return Missing;
        }

        if (token.Length > MaxToken || !token.StartsWith(Version, StringComparison.Ordinal))
        {
            return Malformed;
        }

        var rest = token.AsSpan(Version.Length);
        var dot = rest.IndexOf('.');
        // A leading zero would be a second way of writing the same token.
        if (dot < 0 || rest[0] == '0' || !SignedTime.TryParse(rest[..dot], TimestampUnit.Seconds, out var expires))
        {
            return Malformed;
        }

        Span<char> normal = stackalloc char[SignatureText.MaxLength];
        var signature = rest[(dot + 1)..];
        if (signature.Length != SignatureLength || signature.ContainsAny('+', '/')
            || !SignatureText.TryNormalise(signature, MacLength, SignatureEncoding.Base64url, normal, out var length))
        {
            return Malformed;
        }

        Span<byte> macs = stackalloc byte[SigningKeys.Most * MacLength];
        Macs(attempt, expires.ToUnixTimeSeconds(), keys, macs);
        if (!SignatureText.IsOneOf(normal[..length], macs[..(keys.Count * MacLength)], MacLength, SignatureEncoding.Base64url))
        {
            return Forged;
        }

        return now < expires ? Valid : new SignatureCheck(SignatureOutcome.Expired, $"The token has expired at {expires:u}.");
    }

    static void Macs(AttemptKey attempt, long expires, SigningKeys keys, Span<byte> macs)
    {
        using var content = new SignedContent(Size(Purpose) + Size(attempt.CastId) + Size(attempt.Step) + (3 * sizeof(long)));
        Append(content, Purpose);
        Append(content, attempt.CastId);
        Append(content, attempt.Step);
        Append(content, attempt.Item ?? long.MinValue);
        Append(content, attempt.Number);
        Append(content, expires);
        content.Macs(keys, HashAlgorithmName.SHA256, macs);
    }

    static int Size(string text) => sizeof(long) + (text.Length * sizeof(char));

    /// <summary>With its length before it, so that no two attempts come to the same bytes; as UTF-16, which has bytes for half a surrogate pair, too.</summary>
    static void Append(SignedContent content, string text)
    {
        Append(content, text.Length);
        Span<byte> bytes = stackalloc byte[sizeof(char)];
        foreach (var unit in text)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, unit);
            content.Append(bytes);
        }
    }

    static void Append(SignedContent content, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        content.Append(bytes);
    }
}
