using System.Globalization;
using System.Security.Cryptography;

namespace Grimoire.Webhooks;

public enum HmacAlgorithm
{
    Sha256,

    /// <summary>For providers that have nothing newer. As a MAC it is not broken.</summary>
    Sha1,
    Sha512,
}

/// <summary>The signature of a provider that has a way of its own: an HMAC in a header, over the body and what else it likes.</summary>
public sealed record HmacHeader
{
    const int MaxHeader = 4096;

    readonly PayloadTemplate _payload = PayloadTemplate.Parse("${body}", out _)!;

    /// <summary>Which header holds the signature, or several separated by commas.</summary>
    public required string Header { get; init; }

    public HmacAlgorithm Algorithm { get; init; }

    public SignatureEncoding Encoding { get; init; }

    /// <summary>What stands before each signature: <c>sha256=</c>. What does not begin with it is passed over.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>What is signed: <c>${body}</c>, <c>${timestamp}.${body}</c>, <c>${id}.${timestamp}.${body}</c>, …</summary>
    public string Payload
    {
        get => _payload.ToString();
        init => _payload = PayloadTemplate.Parse(value, out var problem) ?? throw new ArgumentException($"The payload {problem}.", nameof(value));
    }

    /// <summary>Which header holds the time that is signed.</summary>
    public string? TimestampHeader { get; init; }

    /// <summary>For a header of keyed parts, <c>t=1614265330,v1=…</c>: the key of the time.</summary>
    public string? TimestampKey { get; init; }

    /// <summary>For a header of keyed parts, separated by commas or semicolons: the key of signatures, of which there may be several.</summary>
    public string? SignatureKey { get; init; }

    public TimestampUnit TimestampUnit { get; init; }

    /// <summary>Which header holds the id that is signed.</summary>
    public string? IdHeader { get; init; }

    internal PayloadTemplate Template => _payload;

    /// <summary>The headers that a message is sent with, signed by every key: for those who stand in for a provider.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Sign(string? id, DateTimeOffset timestamp, ReadOnlySpan<byte> body, SigningKeys keys)
    {
        var since = TimestampUnit == TimestampUnit.Seconds ? timestamp.ToUnixTimeSeconds() : timestamp.ToUnixTimeMilliseconds();
        var time = _payload.HasTimestamp ? since.ToString(CultureInfo.InvariantCulture) : "";
        Span<byte> macs = stackalloc byte[SigningKeys.Most * SignatureText.MaxMac];
        using var content = _payload.Content(time, _payload.HasId ? id : "", body);
        var size = content.Macs(keys, Name, macs);
        var parts = new List<string>();
        if (TimestampKey is not null)
        {
            parts.Add($"{TimestampKey}={time}");
        }

        for (var index = 0; index < keys.Count; index++)
        {
            parts.Add((SignatureKey is null ? Prefix : SignatureKey + "=") + SignatureText.Encode(macs.Slice(index * size, size), Encoding));
        }

        var headers = new List<KeyValuePair<string, string>> { new(Header, string.Join(',', parts)) };
        if (TimestampHeader is not null)
        {
            headers.Add(new(TimestampHeader, time));
        }

        if (IdHeader is not null && id is not null)
        {
            headers.Add(new(IdHeader, id));
        }

        return headers;
    }

    /// <summary>Whether one of the signatures is by one of the keys and, where a time is signed, it is near enough.</summary>
    public SignatureCheck Verify(HeaderLookup headers, ReadOnlySpan<byte> body, SigningKeys keys, DateTimeOffset now, TimeSpan tolerance)
    {
        if (headers(Header) is not { Length: > 0 } header)
        {
            return Missing($"The header {Header} is missing.");
        }

        if (header.Length > MaxHeader)
        {
            return Malformed(string.Create(CultureInfo.InvariantCulture, $"The header {Header} has {header.Length} characters; {MaxHeader} are allowed."));
        }

        var (id, time, signedAt) = ("", "", default(DateTimeOffset));
        if (_payload.HasId)
        {
            id = headers(IdHeader ?? throw Incomplete("id"));
            if (string.IsNullOrEmpty(id))
            {
                return Missing($"The header {IdHeader} is missing.");
            }

            if (!MessageId.IsWellFormed(id) || id.AsSpan().ContainsAny(_payload.IdMayNotHold))
            {
                return Malformed($"The header {IdHeader} is no id: 1 to {MessageId.MaxLength} visible ASCII characters are wanted, without commas and without what stands beside it in what is signed.");
            }
        }

        if (_payload.HasTimestamp)
        {
            time = TimestampKey is null ? headers(TimestampHeader ?? throw Incomplete("timestamp")) : Keyed(header, TimestampKey);
            if (string.IsNullOrEmpty(time))
            {
                return Missing(TimestampKey is null ? $"The header {TimestampHeader} is missing." : $"The header {Header} has no part {TimestampKey}=, or several.");
            }

            if (!SignedTime.TryParse(time, TimestampUnit, out signedAt))
            {
                return Malformed($"The {(TimestampKey is null ? $"header {TimestampHeader}" : $"part {TimestampKey}= of the header {Header}")} is no time: whole {TimestampUnit.ToString().ToLowerInvariant()} since 1970 are wanted.");
            }
        }

        Span<byte> macs = stackalloc byte[SigningKeys.Most * SignatureText.MaxMac];
        using var content = _payload.Content(time, id, body);
        var size = content.Macs(keys, Name, macs);
        if (AnySigns(header, macs[..(keys.Count * size)], size) is { } problem)
        {
            return problem;
        }

        var messageId = id.Length > 0 ? id : null;
        return _payload.HasTimestamp
            ? SignedTime.Check(messageId, signedAt, now, tolerance)
            : new SignatureCheck(SignatureOutcome.Valid, "The signature is right.", messageId);
    }

    HashAlgorithmName Name => Algorithm switch
    {
        HmacAlgorithm.Sha1 => HashAlgorithmName.SHA1,
        HmacAlgorithm.Sha512 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    /// <summary>Null if one of the signatures is right, else what is wrong with all of them.</summary>
    SignatureCheck? AnySigns(ReadOnlySpan<char> header, ReadOnlySpan<byte> macs, int size)
    {
        Span<char> normal = stackalloc char[SignatureText.MaxLength];
        var (any, wellFormed) = (false, false);
        foreach (var range in header.SplitAny(SignatureKey is null ? "," : ",;"))
        {
            var signature = header[range].Trim();
            if (SignatureKey is not null ? !TakeKey(ref signature, SignatureKey) : !signature.StartsWith(Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            any = true;
            signature = SignatureKey is null ? signature[Prefix.Length..] : signature;
            if (!SignatureText.TryNormalise(signature, size, Encoding, normal, out var length))
            {
                continue;
            }

            wellFormed = true;
            if (SignatureText.IsOneOf(normal[..length], macs, size, Encoding))
            {
                return null;
            }
        }

        return wellFormed ? new SignatureCheck(SignatureOutcome.Forged, $"What is in the header {Header} is not the signature of this message by any of the secrets.")
            : any ? Malformed($"The header {Header} has no signature that could be an HMAC of {Algorithm.ToString().ToUpperInvariant()} in {Encoding.ToString().ToLowerInvariant()}.")
            : Missing(SignatureKey is null ? $"The header {Header} has nothing that begins with {Prefix}" : $"The header {Header} has no part {SignatureKey}=.");
    }

    /// <summary>The value of the one part with a key; null if there is none or more than one.</summary>
    static string? Keyed(ReadOnlySpan<char> header, string key)
    {
        string? found = null;
        foreach (var range in header.SplitAny(",;"))
        {
            var part = header[range].Trim();
            if (!TakeKey(ref part, key))
            {
                continue;
            }

            if (found is not null)
            {
                return null;
            }

            found = part.ToString();
        }

        return found;
    }

    static bool TakeKey(ref ReadOnlySpan<char> part, string key)
    {
        var equals = part.IndexOf('=');
        if (equals < 0 || !part[..equals].TrimEnd().SequenceEqual(key))
        {
            return false;
        }

        part = part[(equals + 1)..].TrimStart();
        return true;
    }

    static InvalidOperationException Incomplete(string what) => new($"The payload has ${{{what}}}, but nothing says where it is found.");

    static SignatureCheck Missing(string reason) => new(SignatureOutcome.Missing, reason);

    static SignatureCheck Malformed(string reason) => new(SignatureOutcome.Malformed, reason);
}
