using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Grimoire.Casts;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>The parameters in the URL of a request. What is not understood is refused, not ignored.</summary>
static partial class RequestQuery
{
    /// <summary>Whose spells, tools and casts a request is about, if it does not say.</summary>
    public const string DefaultAccount = "main";

    public static string Account(this HttpRequestData request) => AccountOf(request.Query["account"]);

    public static string AccountOf(string? account) => string.IsNullOrEmpty(account) ? DefaultAccount
        : CastIds.IsAccount(account) ? account
        : throw Bad("account", "1 to 32 lower-case letters and digits are wanted");

    public static int Whole(this HttpRequestData request, string name, int otherwise, int min, int max) =>
        request.Query[name] is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value
        : throw Bad(name, $"a whole number from {min} to {max} is wanted");

    public static bool Flag(this HttpRequestData request, string name) => request.Query[name] switch
    {
        null or "" or "false" => false,
        "true" => true,
        _ => throw Bad(name, "true or false is wanted"),
    };

    public static DateTimeOffset? Time(this HttpRequestData request, string name) => request.Query[name] is not { Length: > 0 } text ? null
        // In a URL, a plus that nobody has escaped is a space.
        : IsoTime().IsMatch(text.Replace(' ', '+'))
            && DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw Bad(name, "a time such as 2030-01-31T12:00:00Z is wanted");

    /// <summary>Several, separated by commas.</summary>
    public static IReadOnlySet<T>? Choices<T>(this HttpRequestData request, string name)
        where T : struct, Enum
    {
        if (request.Query[name] is not { Length: > 0 } text)
        {
            return null;
        }

        var known = Enum.GetValues<T>().ToDictionary(value => value.ToString(), StringComparer.OrdinalIgnoreCase);
        return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(word => known.TryGetValue(word, out var value)
                ? value
                : throw Bad(name, $"one or several of {string.Join(", ", known.Keys.Select(key => key.ToLowerInvariant()))} are wanted"))
            .ToHashSet();
    }

    /// <summary>Where the page before ended.</summary>
    public static string? Continuation(this HttpRequestData request)
    {
        const int longest = 4096;
        return request.Query["continuation"] is not { Length: > 0 } text ? null
            : text.Length <= longest ? text
            : throw BadContinuation();
    }

    public static RefusedException BadContinuation() => Bad("continuation", "what a page before this one gave is wanted, as it was");

    public static RefusedException Bad(string name, string wanted) =>
        new Problem(HttpStatusCode.BadRequest, "query.invalid", $"The parameter '{name}' of the URL cannot be understood: {wanted}.").Refused();

    [GeneratedRegex(@"\A\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})?)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex IsoTime();
}
