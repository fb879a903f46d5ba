using System.Text.RegularExpressions;

namespace Grimoire.Sandbox.Chat;

/// <summary>The name of a file in a text, as it is written there.</summary>
static partial class FileName
{
    /// <returns>The first name; null if there is none.</returns>
    public static string? In(string text) => Pattern().Match(text) is { Success: true } match ? match.Value : null;

    /// <summary>A path that ends with a known extension, or one of the names that need none. An address is no path.</summary>
    [GeneratedRegex(
        @"(?<![\w:/.@-])(?:[\w./-]*[\w-]\.(?:md|txt|html?|css|jsx?|tsx?|mjs|json|ya?ml|toml|ini|csv|xml|svg|cs|csproj|fs|py|rb|go|rs|java|kt|c|h|cpp|sh|ps1|sql|tf)|(?:[\w.-]+/)*(?:Dockerfile|Makefile|LICENSE))(?![\w/-]|\.\w)",
        RegexOptions.CultureInvariant)]
    internal static partial Regex Pattern();
}
