using System.Globalization;
using System.Security.Cryptography;

namespace Grimoire.Webhooks;

/// <summary>
/// Signatures by the Standard Webhooks specification: HMAC-SHA256 over id, timestamp and body. Its ed25519 signatures (v1a) are not supported,
/// as .NET has no ed25519; they are passed over.
/// </summary>
public static class StandardWebhooks
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>How much older or newer than the clock here a message may be.</summary>
    public static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);

    const string Version = "v1,";
    const int MacLength = 32;
    const int SignatureLength = 44;

    /// <summary>What has room for more than 80 signatures; what is longer is no rotation but an attack.</summary>
    const int MaxHeader = 4096;

    static readonly SignatureCheck NoSignature = new(
        SignatureOutcome.Missing, $"The header {SignatureHeader} has no v1 signature; others, such as v1a (ed25519), are not supported.");

    static readonly SignatureCheck Forged = new(
        SignatureOutcome.Forged, $"None of the signatures in the header {SignatureHeader} is that of this id, timestamp and body by any of the secrets.");

    /// <summary>The three headers that a message is sent with, signed by every key, so that the receiver may know any of them.</summary>
    /// <param name="id">The same for every sending of one message: what the receiver deduplicates by. See <see cref="IsId"/>.</param>
    /// <param name="timestamp">Of this sending.</param>
    /// <param name="body">The very bytes that are sent.</param>
    /// <param name="keys">The newest first.</param>
    /// <exception cref="ArgumentException">The id cannot be one.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Sign(string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body, SigningKeys keys)
    {
        if (!IsId(id))
        {
            throw new ArgumentException("An id of a message has 1 to 256 visible ASCII characters, none of them a dot or a comma.", nameof(id));
        }

        if (timestamp < DateTimeOffset.UnixEpoch)
        {
            throw new ArgumentOutOfRangeException(nameof(timestamp), timestamp, "A message cannot be signed before 1970.");
        }

        var seconds = timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Span<byte> macs = stackalloc byte[SigningKeys.Most * MacLength];
        Macs(id, seconds, body, keys, macs);
        var signatures = new string[keys.Count];
        for (var index = 0; index < signatures.Length; index++)
        {
            signatures[index] = Version + Convert.ToBase64String(macs.Slice(index * MacLength, MacLength));
        }

        return [new(IdHeader, id), new(TimestampHeader, seconds), new(SignatureHeader, string.Join(' ', signatures))];
    }

    /// <summary>Whether one of the signatures is by one of the keys, and the time near enough.</summary>
    /// <param name="headers">Of the request.</param>
    /// <param name="body">The very bytes that came.</param>
    /// <param name="keys">Those that hold at present.</param>
    /// <param name="now">The time here.</param>
    /// <param name="tolerance">Null: <see cref="DefaultTolerance"/>.</param>
    public static SignatureCheck Verify(HeaderLookup headers, ReadOnlySpan<byte> body, SigningKeys keys, DateTimeOffset now, TimeSpan? tolerance = null)
    {
        if (headers(IdHeader) is not { Length: > 0 } id)
        {
            return Missing(IdHeader);
        }

        if (headers(TimestampHeader) is not { Length: > 0 } timestamp)
        {
            return Missing(TimestampHeader);
        }

        if (headers(SignatureHeader) is not { Length: > 0 } signatures)
        {
            return Missing(SignatureHeader);
        }

        if (!IsId(id))
        {
            return Malformed($"The header {IdHeader} is no id: 1 to 256 visible ASCII characters are wanted, none of them a dot or a comma.");
        }

        if (!SignedTime.TryParse(timestamp, TimestampUnit.Seconds, out var signedAt))
        {
            return Malformed($"The header {TimestampHeader} is no time: whole seconds since 1970 are wanted.");
        }

        if (signatures.Length > MaxHeader)
        {
            return Malformed(string.Create(CultureInfo.InvariantCulture, $"The header {SignatureHeader} has {signatures.Length} characters; {MaxHeader} are allowed."));
        }

        Span<byte> macs = stackalloc byte[SigningKeys.Most * MacLength];
        Macs(id, timestamp, body, keys, macs);
        return AnySigns(signatures, macs[..(keys.Count * MacLength)]) ?? SignedTime.Check(id, signedAt, now, tolerance ?? DefaultTolerance);
    }

    /// <summary>
    /// Whether a text can be the id of a message. A dot would let the end of an id be taken for the time, and the time for the beginning of the body;
    /// a comma is what a header that was sent twice looks like.
    /// </summary>
    public static bool IsId(string id) => MessageId.IsWellFormed(id) && !id.Contains('.', StringComparison.Ordinal);

    /// <summary>Null if one of the signatures is right, else what is wrong with all of them.</summary>
    static SignatureCheck? AnySigns(ReadOnlySpan<char> header, ReadOnlySpan<byte> macs)
    {
        Span<char> normal = stackalloc char[SignatureText.MaxLength];
        var (any, wellFormed) = (false, false);
        foreach (var range in header.Split(' '))
        {
            var signature = header[range];
            if (!signature.StartsWith(Version, StringComparison.Ordinal))
            {
                continue;
            }

            any = true;
            // A comma at the end is where two headers were joined into one.
            signature = signature[Version.Length..].TrimEnd(',');
            if (signature.Length != SignatureLength || signature.ContainsAny('-', '_')
                || !SignatureText.TryNormalise(signature, MacLength, SignatureEncoding.Base64, normal, out var length))
            {
                continue;
            }

            wellFormed = true;
            if (SignatureText.IsOneOf(normal[..length], macs, MacLength, SignatureEncoding.Base64))
            {
                return null;
            }
        }

        return wellFormed ? Forged
            : any ? Malformed($"The header {SignatureHeader} has no v1 signature of {SignatureLength} base64 characters.")
            : NoSignature;
    }

    static void Macs(string id, string timestamp, ReadOnlySpan<byte> body, SigningKeys keys, Span<byte> macs)
    {
        using var content = new SignedContent(id.Length + timestamp.Length + 2 + body.Length);
        content.Append(id);
        content.Append(".");
        content.Append(timestamp);
        content.Append(".");
        content.Append(body);
        content.Macs(keys, HashAlgorithmName.SHA256, macs);
    }

    static SignatureCheck Missing(string header) => new(SignatureOutcome.Missing, $"The header {header} is missing.");

    static SignatureCheck Malformed(string reason) => new(SignatureOutcome.Malformed, reason);
}
