using System.Globalization;
using System.Text.RegularExpressions;
using Grimoire.Casts;

namespace Grimoire.Cooks;

/// <summary>
/// Ids of cooks, and of the casts that are their pieces. A cook's id is no cast's: its account is followed by ".cook". Its pieces are casts in
/// the order of their indexes, and always have the same ids, so that none is started twice. They are ".piece" of their account: ten thousand of
/// them do not stand among the casts that people have started one by one, where a list would have to leaf through them.
/// </summary>
public static partial class CookIds
{
    const string Kind = ".cook-";

    /// <summary>With leading zeros, so that the order of ids is the order of pieces.</summary>
    const int IndexDigits = 6;

    /// <summary>What an index may have at most, with <see cref="IndexDigits"/>.</summary>
    public const int MaxIndex = 999_999;

    /// <summary>How often the piece of one index may be cast again.</summary>
    public const int MaxGeneration = 9_999;

    public static string New(string account, DateTimeOffset now) =>
        CastIds.IsAccount(account)
            ? Prefix(account) + CastIds.Unique(now)
            : throw new ArgumentException($"'{account}' is no account: a cook needs one, 1 to 32 lower-case letters and digits.", nameof(account));

    /// <summary>What the ids of all cooks of an account begin with.</summary>
    public static string Prefix(string account) => account + Kind;

    public static bool IsValid(string cookId) => Form().IsMatch(cookId);

    /// <summary>The account that a cook belongs to.</summary>
    public static string AccountOf(string cookId) => cookId[..Valid(cookId).IndexOf('.', StringComparison.Ordinal)];

    /// <summary>The cast of a piece.</summary>
    /// <param name="cookId">The cook.</param>
    /// <param name="index">Which piece, from 0.</param>
    /// <param name="generation">How often it was cast before.</param>
    public static string PieceOf(string cookId, int index, int generation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, MaxIndex);
        ArgumentOutOfRangeException.ThrowIfNegative(generation);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(generation, MaxGeneration);
        var digits = index.ToString("D" + IndexDigits, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{PiecesPrefix(cookId)}{digits}-{generation}");
    }

    /// <summary>What the ids of all pieces of a cook begin with, and those of the sub-casts of its pieces.</summary>
    public static string PiecesPrefix(string cookId) =>
        $"{AllPiecesPrefix(AccountOf(cookId))}{cookId[(cookId.IndexOf('-', StringComparison.Ordinal) + 1)..]}{CastIds.ChildSeparator}";

    /// <summary>What the ids of all pieces of an account begin with, whatever cook they are of.</summary>
    public static string AllPiecesPrefix(string account) => account + CastIds.PieceKind;

    /// <summary>The cook that a cast is a piece of. False for all other casts, also for the sub-casts of pieces.</summary>
    public static bool TryCookOf(string castId, out string cookId, out int index, out int generation)
    {
        var piece = PieceForm().Match(castId);
        cookId = piece.Success ? Prefix(piece.Groups["account"].Value) + piece.Groups["unique"].Value : "";
        index = piece.Success ? int.Parse(piece.Groups["index"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        generation = piece.Success ? int.Parse(piece.Groups["generation"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        return piece.Success;
    }

    static string Valid(string cookId) => IsValid(cookId) ? cookId : throw new ArgumentException($"'{cookId}' is not the id of a cook.", nameof(cookId));

    [GeneratedRegex(@"\A[a-z0-9]{1,32}\.cook-[0-9a-z]{19}\z")]
    private static partial Regex Form();

    [GeneratedRegex(@"\A(?<account>[a-z0-9]{1,32})\.piece-(?<unique>[0-9a-z]{19})~(?<index>[0-9]{6})-(?<generation>0|[1-9][0-9]{0,3})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex PieceForm();
}
