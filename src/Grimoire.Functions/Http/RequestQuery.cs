using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Grimoire.Casts;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>The parameters in the URL of a request. What is not understood is refused, not ignored.</summary>
static partial class RequestQuery
{
    /// <summary>Whose spells, tools and casts a request is about: the caller's, if it does not say.</summary>
    /// <exception cref="RefusedException">The caller has no business with that account.</exception>
    public static string Account(this HttpRequestData request) => request.Account(request.Query["account"]);

    /// <param name="request">Whose caller has to be allowed to ask for it.</param>
    /// <param name="named">In the body; null if it is not there.</param>
    /// <exception cref="RefusedException">The caller has no business with that account.</exception>
    public static string Account(this HttpRequestData request, string? named)
    {
        var caller = Caller.Of(request.FunctionContext);
        return string.IsNullOrEmpty(named) ? caller.Account
            : !CastIds.IsAccount(named) ? throw Bad("account", "1 to 32 lower-case letters and digits are wanted")
            : named == caller.Account || caller.HasAllAccounts ? named
            : throw new Problem(HttpStatusCode.Forbidden, "auth.account", $"The key is one of the account {caller.Account}, and of no other.").Refused();
    }

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
        : TimeOf(text.Replace(' ', '+')) ?? throw Bad(name, "a time such as 2030-01-31T12:00:00Z is wanted");

    /// <summary>A time in ISO 8601; null if it is none.</summary>
    public static DateTimeOffset? TimeOf(string text) =>
        IsoTime().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

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
