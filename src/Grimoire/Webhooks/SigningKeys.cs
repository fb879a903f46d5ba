using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Grimoire.Webhooks;

/// <summary>Keys of HMAC signatures, one or several: while a secret is changed for another one, both hold.</summary>
public sealed class SigningKeys
{
    /// <summary>More than any rotation needs; each costs a computation for each message.</summary>
    public const int Most = 16;

    public const string StandardPrefix = "whsec_";

    const int NewKeyBytes = 32;

    readonly byte[][] _keys;

    SigningKeys(byte[][] keys)
    {
        if (keys.Length is 0 or > Most)
        {
            throw new UnusableSecretException(
                keys.Length == 0 ? "There is no secret." : string.Create(CultureInfo.InvariantCulture, $"There are {keys.Length} secrets; {Most} are allowed."));
        }

        _keys = keys;
    }

    public int Count => _keys.Length;

    internal ReadOnlySpan<byte> this[int index] => _keys[index];

    /// <summary>Secrets as Standard Webhooks writes them: base64, with or without <c>whsec_</c> before it. The newest comes first.</summary>
    /// <exception cref="UnusableSecretException" />
    public static SigningKeys Standard(IEnumerable<string> secrets) => new([.. secrets.Select(StandardKey)]);

    /// <summary>Secrets whose text is the key, as UTF-8: what most other providers do. The newest comes first.</summary>
    /// <exception cref="UnusableSecretException" />
    public static SigningKeys Text(IEnumerable<string> secrets) => new([.. secrets.Select(TextKey)]);

    /// <summary>A new secret as Standard Webhooks writes it.</summary>
    public static string NewStandardSecret() => StandardPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(NewKeyBytes));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Count} secrets]");

    static byte[] TextKey(string secret, int index) =>
        string.IsNullOrWhiteSpace(secret) ? throw Unusable(index, "is empty") : Encoding.UTF8.GetBytes(secret);

    static byte[] StandardKey(string secret, int index)
    {
        if (secret.StartsWith("whsk_", StringComparison.Ordinal) || secret.StartsWith("whpk_", StringComparison.Ordinal))
        {
            throw Unusable(index, "is an ed25519 key; only symmetric secrets, whsec_ and base64, are supported");
        }

        var encoded = secret.StartsWith(StandardPrefix, StringComparison.Ordinal) ? secret.AsSpan(StandardPrefix.Length) : secret;
        if (encoded.IsWhiteSpace())
        {
            throw Unusable(index, "is empty");
        }

        var key = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        return Convert.TryFromBase64Chars(encoded, key, out var length) && length > 0
            ? key[..length]
            : throw Unusable(index, "is not base64");
    }

    static UnusableSecretException Unusable(int index, string why) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Secret {index + 1} {why}."));
}
