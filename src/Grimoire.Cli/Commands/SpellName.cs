using System.Globalization;

namespace Grimoire.Cli.Commands;

/// <summary>A saved spell as it is typed: slug, or slug@version.</summary>
static class SpellName
{
    public static (string Slug, int? Version) Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
        {
            return (text, null);
        }

        return int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (text[..at], version)
            : throw CliException.Usage($"'{text}': a version is a whole number, as in {text[..at]}@3.");
    }
}
