using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Grimoire.Webhooks;

public enum SignatureEncoding
{
    /// <summary>Verified in capitals, too.</summary>
    Hex,

    /// <summary>Verified in the alphabet for URLs and without padding, too.</summary>
    Base64,

    /// <summary>As <see cref="Base64"/>, but signed in the alphabet for URLs and without padding.</summary>
    Base64url,
}

/// <summary>MACs as text, compared in constant time. Text and not bytes is compared, because base64 can write the same bytes in several ways.</summary>
static class SignatureText
{
    /// <summary>As many characters as the largest MAC (SHA-512) has in hex.</summary>
    public const int MaxLength = 128;

    /// <summary>As many bytes as the largest MAC has.</summary>
    public const int MaxMac = 64;

    public static string Encode(ReadOnlySpan<byte> mac, SignatureEncoding encoding) => encoding switch
    {
        SignatureEncoding.Hex => Convert.ToHexStringLower(mac),
        SignatureEncoding.Base64url => System.Buffers.Text.Base64Url.EncodeToString(mac),
        _ => Convert.ToBase64String(mac),
    };

    /// <summary>Whether text could be a MAC; if so its one form in which MACs are compared: lower case, base64 without padding.</summary>
    public static bool TryNormalise(ReadOnlySpan<char> text, int macLength, SignatureEncoding encoding, Span<char> normal, out int length)
    {
        var isHex = encoding == SignatureEncoding.Hex;
        length = isHex ? macLength * 2 : ((macLength * 4) + 2) / 3;
        if (!isHex)
        {
            var padded = (macLength + 2) / 3 * 4;
            text = text.Length == padded && text[length..].TrimEnd('=').IsEmpty ? text[..length] : text;
        }

        if (text.Length != length)
        {
            return false;
        }

        for (var index = 0; index < text.Length; index++)
        {
            var letter = text[index];
            if (isHex ? !char.IsAsciiHexDigit(letter) : !(char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' or '-' or '_'))
            {
                return false;
            }

            normal[index] = isHex ? char.ToLowerInvariant(letter) : letter switch { '-' => '+', '_' => '/', _ => letter };
        }

        return true;
    }

    /// <summary>Whether what <see cref="TryNormalise"/> made is one of the MACs, in a time that depends on neither.</summary>
    public static bool IsOneOf(ReadOnlySpan<char> normal, ReadOnlySpan<byte> macs, int macLength, SignatureEncoding encoding)
    {
        Span<char> right = stackalloc char[MaxLength];
        var found = false;
        for (var start = 0; start < macs.Length; start += macLength)
        {
            var mac = macs.Slice(start, macLength);
            _ = encoding == SignatureEncoding.Hex ? Convert.TryToHexStringLower(mac, right, out _) : Convert.TryToBase64Chars(mac, right, out _);
            found |= CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(normal), MemoryMarshal.AsBytes(right[..normal.Length]));
        }

        return found;
    }
}
