using System.Globalization;
using System.Text.Json;

namespace Grimoire.Sandbox.Requests;

/// <summary>What the members of a request must be; one that is not is refused by its name.</summary>
static class Require
{
    public static void Within(string name, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
        {
            throw new RefusedException(
                422, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be from {least} to {most}."), "out_of_range", name);
        }
    }

    public static void OneOf(string name, string value, IReadOnlyCollection<string> allowed)
    {
        if (!allowed.Contains(value))
        {
            throw new RefusedException(422, $"{name} is \"{value}\"; there are {string.Join(", ", allowed)}.", "invalid_value", name);
        }
    }

    /// <summary>A member that is misspelt must not go unnoticed.</summary>
    /// <param name="what">What was read, such as "A fault".</param>
    /// <param name="unknown">The members that it does not have.</param>
    public static void Known(string what, Dictionary<string, JsonElement>? unknown)
    {
        if (unknown is { Count: > 0 })
        {
            string names = string.Join(", ", unknown.Keys);
            throw new RefusedException(
                422, $"{what} cannot have {names}: docs/sandbox.md lists the members that there are.", "unknown_member", unknown.Keys.First());
        }
    }

    /// <summary>An absolute http or https URL.</summary>
    public static Uri Url(string name, string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is ("http" or "https")
        ? url
        : throw new RefusedException(422, $"{name} is \"{text}\"; it must be an absolute http or https URL.", "invalid_value", name);
}
