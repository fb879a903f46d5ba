using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Grimoire.Accounts;

/// <summary>
/// What a caller presents: grm_{id}_{secret}. The id finds its record; the secret proves that the caller is the one it was given to. Only its hash is ever
/// stored: with 256 bits of chance there is nothing to guess, so a fast one is as good as a slow one.
/// </summary>
public sealed partial class ApiKey
{
    const string Prefix = "grm_";
    const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    const int IdLength = 12;
    const int SecretBytes = 32;

    readonly string _secret;

    ApiKey(string id, string secret) => (Id, _secret) = (id, secret);

    /// <summary>No secret: it may be shown and logged.</summary>
    public string Id { get; }

    /// <summary>The whole key, with its secret: for whoever it is made for, and nobody else.</summary>
    public string Reveal() => $"{Prefix}{Id}_{_secret}";

    public static ApiKey New() =>
        new(RandomNumberGenerator.GetString(Digits, IdLength), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <returns>Null if it cannot be a key.</returns>
    public static ApiKey? Parse(string? text) =>
        text is not null && Form().Match(text) is { Success: true } match ? new ApiKey(match.Groups["id"].Value, match.Groups["secret"].Value) : null;

    public static bool IsId(string text) => IdForm().IsMatch(text);

    /// <summary>What is stored of the secret: the SHA-256 of its text, in lower-case hexadecimal digits.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(_secret)));

    /// <summary>Whether that is the hash of its secret; how long it takes does not depend on where they differ.</summary>
    public bool Matches(string hash) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash()), Encoding.UTF8.GetBytes(hash));

    /// <summary>Without the secret, so that it cannot come into a text by mistake.</summary>
    public override string ToString() => $"{Prefix}{Id}_[secret]";

    [GeneratedRegex(@"\Agrm_(?<id>[0-9a-hjkmnp-tv-z]{12})_(?<secret>[A-Za-z0-9_-]{43})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[0-9a-hjkmnp-tv-z]{12}\z")]
    private static partial Regex IdForm();
}
