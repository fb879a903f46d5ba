using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Grimoire.Casts;

/// <summary>
/// Ids of casts: account, then time, then chance. The time counts backwards, so that in the order of ids, which is how every backend lists them,
/// the newest cast of an account comes first.
/// </summary>
public static partial class CastIds
{
    const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    const int TimeDigits = 9;
    const int ChanceDigits = 10;

    /// <summary>What separates the id of a sub-cast from that of the cast that it belongs to.</summary>
    public const char ChildSeparator = '~';

    /// <summary>What stands behind the account in the id of a cast that is a piece of a cook.</summary>
    internal const string PieceKind = ".piece-";

    /// <summary>With room for what others put behind it: 256 is what every backend takes.</summary>
    public const int MaxLength = 200;

    public static string New(string account, DateTimeOffset now) => Prefix(account) + Unique(now);

    /// <summary>What makes an id of its own: 19 characters of time and chance, of which the newest come first.</summary>
    internal static string Unique(DateTimeOffset now)
    {
        Span<byte> chance = stackalloc byte[8];
        RandomNumberGenerator.Fill(chance);
        return Base32((1L << (5 * TimeDigits)) - 1 - now.ToUnixTimeMilliseconds(), TimeDigits)
            + Base32((long)(BinaryPrimitives.ReadUInt64LittleEndian(chance) >> 1), ChanceDigits);
    }

    /// <summary>What the ids of all casts of an account begin with, but for those that are pieces of a cook.</summary>
    public static string Prefix(string account) => account + "-";

    /// <summary>The account that a cast belongs to.</summary>
    public static string AccountOf(string castId) => castId[..castId.AsSpan().IndexOfAny('.', '-')];

    /// <summary>When a cast, or a cook, was asked for; null if its id does not tell.</summary>
    public static DateTimeOffset? TimeOf(string id)
    {
        var begin = id.IndexOf('-', StringComparison.Ordinal) + 1;
        if (begin == 0 || id.Length < begin + TimeDigits)
        {
            return null;
        }

        var value = 0L;
        foreach (var digit in id.AsSpan(begin, TimeDigits))
        {
            if (Digits.IndexOf(digit, StringComparison.Ordinal) is not (>= 0 and var number))
            {
                return null;
            }

            value = (value << 5) | (long)number;
        }

        return DateTimeOffset.FromUnixTimeMilliseconds((1L << (5 * TimeDigits)) - 1 - value);
    }

    /// <summary>What an id begins with before the time: its account, and ".piece" for a piece of a cook.</summary>
    public static string KindOf(string castId) => castId[..(castId.IndexOf('-', StringComparison.Ordinal) + 1)];

    /// <summary>Of the ids of that <see cref="KindOf"/>, those of casts that were asked for then or earlier come behind this, in the order of ids; newer ones before it.</summary>
    public static string Since(string kind, DateTimeOffset time) => kind + Base32((1L << (5 * TimeDigits)) - 1 - time.ToUnixTimeMilliseconds(), TimeDigits);

    /// <summary>The cast that all of it belongs to, which is deleted with all of it: one that no step has started, or a piece of a cook.</summary>
    public static string RootOf(string castId)
    {
        var own = castId.IndexOf(PieceKind, StringComparison.Ordinal) < 0 ? 0 : castId.IndexOf(ChildSeparator, StringComparison.Ordinal) + 1;
        var end = castId.IndexOf(ChildSeparator, own);
        return end < 0 ? castId : castId[..end];
    }

    /// <summary>The sub-cast of a step: always the same for the same attempt, so that none is started twice.</summary>
    public static string Child(AttemptKey attempt)
    {
        var place = attempt.Item is { } item ? string.Create(CultureInfo.InvariantCulture, $"{attempt.Step}.{item}") : attempt.Step;
        var id = string.Create(CultureInfo.InvariantCulture, $"{attempt.CastId}{ChildSeparator}{place}.{attempt.Number}");
        if (id.Length <= MaxLength)
        {
            return id;
        }

        return $"{RootOf(attempt.CastId)}{ChildSeparator}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 20))}";
    }

    public static bool IsChild(string castId) => castId.Contains(ChildSeparator, StringComparison.Ordinal);

    /// <summary>Whether it can be the id of a cast: whatever else comes in a URL is refused before any storage is asked.</summary>
    public static bool IsValid(string castId) => castId.Length <= MaxLength && Form().IsMatch(castId);

    public static bool IsAccount(string account) => AccountForm().IsMatch(account);

    [GeneratedRegex(@"\A[a-z0-9]{1,32}(\.piece)?-[0-9a-z]{19}(~[A-Za-z0-9_.-]{1,80})*\z")]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[a-z0-9]{1,32}\z")]
    private static partial Regex AccountForm();

    static string Base32(long value, int digits) => string.Create(digits, value, static (span, rest) =>
    {
        for (var i = span.Length - 1; i >= 0; i--)
        {
            span[i] = Digits[(int)(rest & 31)];
            rest >>= 5;
        }
    });
}
