using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Cli.Documents;

namespace Grimoire.Cli.Commands;

/// <summary>A spell as it is typed: slug or slug@version of a saved one, or a file.</summary>
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

    /// <summary>Puts the spell into a request: the document of a file as "spell", of a saved one its slug into the field that is for it, and its version.</summary>
    public static async Task PutAsync(string text, JsonObject body, string slugField, CancellationToken cancellation)
    {
        if (DocumentFile.IsNamed(text))
        {
            body["spell"] = (await DocumentFile.ReadAsync(text, cancellation).ConfigureAwait(false)).ToJson();
            return;
        }

        var (slug, version) = Parse(text);
        body[slugField] = slug;
        if (version is not null)
        {
            body["version"] = version;
        }
    }
}
