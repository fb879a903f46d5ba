using System.Globalization;
using System.Net;
using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Spells;

namespace Grimoire.Functions.Http;

/// <summary>The names in routes. What cannot be one is refused before any storage is asked.</summary>
static class RouteNames
{
    const int MaxLength = 64;

    public static string Cast(string id) => CastIds.IsValid(id)
        ? id
        : throw new Problem(HttpStatusCode.BadRequest, "cast.idInvalid", "This cannot be the id of a cast: those are as the start of a cast has given them.").Refused();

    public static string Cook(string id) => CookIds.IsValid(id)
        ? id
        : throw new Problem(HttpStatusCode.BadRequest, "cook.idInvalid", "This cannot be the id of a cook: those are as the start of a cook has given them.").Refused();

    public static string Spell(string slug) => slug.Length <= MaxLength && Names.Slug().IsMatch(slug)
        ? slug
        : throw new Problem(HttpStatusCode.BadRequest, "spell.slugInvalid", $"This cannot be the slug of a spell: {Names.SlugInWords}.").Refused();

    public static string Tool(string id) => id.Length <= MaxLength && Names.ToolId().IsMatch(id)
        ? id
        : throw new Problem(HttpStatusCode.BadRequest, "tool.idInvalid", $"This cannot be the id of a tool: {Names.ToolIdInWords}.").Refused();

    public static string Account(string name) => CastIds.IsAccount(name)
        ? name
        : throw new Problem(HttpStatusCode.BadRequest, "account.nameInvalid", "This cannot be the name of an account: 1 to 32 lower-case letters and digits are wanted.").Refused();

    public static string Key(string id) => ApiKey.IsId(id)
        ? id
        : throw new Problem(HttpStatusCode.BadRequest, "key.idInvalid", "This cannot be the id of a key: those are the 12 characters after grm_.").Refused();

    /// <summary>Stands for the account itself, whose secrets sign what is sent to receivers that a request names.</summary>
    public const string OwnNotifications = "default";

    /// <param name="name">Of a subscription of the account.</param>
    /// <param name="isNew">There may be none yet.</param>
    public static string Notification(string name, bool isNew = false) => name.Length <= MaxLength && Names.Slug().IsMatch(name) && !(isNew && name == OwnNotifications)
        ? name
        : throw new Problem(
            HttpStatusCode.BadRequest, "notification.nameInvalid", $"This cannot be the name of a subscription: {Names.SlugInWords}, and not '{OwnNotifications}'.").Refused();

    public static int Version(string version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1_000_000
            ? number
            : throw new Problem(HttpStatusCode.BadRequest, "spell.versionInvalid", "Versions are whole numbers from 1.").Refused();
}
