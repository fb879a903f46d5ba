using System.Globalization;
using System.Net;
using Grimoire.Casts;
using Grimoire.Spells;

namespace Grimoire.Functions.Http;

/// <summary>The names in routes. What cannot be one is refused before any storage is asked.</summary>
static class RouteNames
{
    const int MaxLength = 64;

    public static string Cast(string id) => CastIds.IsValid(id)
        ? id
        : throw new Problem(HttpStatusCode.BadRequest, "cast.idInvalid", "This cannot be the id of a cast: those are as the start of a cast has given them.").Refused();

    public static string Spell(string slug) => slug.Length <= MaxLength && Names.Slug().IsMatch(slug)
        ? slug
        : throw new Problem(HttpStatusCode.BadRequest, "spell.slugInvalid", $"This cannot be the slug of a spell: {Names.SlugInWords}.").Refused();

    public static string Tool(string id) => id.Length <= MaxLength && Names.ToolId().IsMatch(id)
        ? id
        : throw new Problem(HttpStatusCode.BadRequest, "tool.idInvalid", $"This cannot be the id of a tool: {Names.ToolIdInWords}.").Refused();

    public static int Version(string version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1_000_000
            ? number
            : throw new Problem(HttpStatusCode.BadRequest, "spell.versionInvalid", "Versions are whole numbers from 1.").Refused();
}
