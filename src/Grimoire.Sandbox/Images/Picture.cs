using System.Globalization;
using System.Text.RegularExpressions;

namespace Grimoire.Sandbox.Images;

/// <summary>All that a picture is made from. Its name says it, so that one can be drawn again from its URL and none need be kept.</summary>
/// <param name="Prompt">The hash of the prompt.</param>
/// <param name="Seed">Another seed, another picture of the same prompt.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
sealed partial record Picture(ulong Prompt, long Seed, int Width, int Height)
{
    public const int DefaultSize = 256;
    public const int LeastSize = 16;
    public const int MostSize = 2048;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{StableHash.Hex(Prompt)}_{Seed}_{Width}x{Height}");

    public static bool IsSize(long size) => size is >= LeastSize and <= MostSize;

    /// <returns>The picture of that name; null if there cannot be one.</returns>
    public static Picture? Parse(string name)
    {
        Match match = Names().Match(name);
        return match.Success
            && long.TryParse(match.Groups[2].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed)
            && int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture) is var width && IsSize(width)
            && int.Parse(match.Groups[4].ValueSpan, CultureInfo.InvariantCulture) is var height && IsSize(height)
            ? new Picture(ulong.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture), seed, width, height)
            : null;
    }

    [GeneratedRegex("^([0-9a-f]{16})_(-?[0-9]{1,19})_([0-9]{2,4})x([0-9]{2,4})$", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}
