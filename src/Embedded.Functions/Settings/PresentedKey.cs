using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Embedded.Functions.Settings;

/// <summary>The key that a request carries.</summary>
internal static class PresentedKey
{
    public const string Header = "x-functions-key";
    public const string Query = "code";

    /// <summary>The header goes over the query, even if it is empty; of several values the first counts. As in the official host.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.TryGetValue(Header, out StringValues values) || request.Query.TryGetValue(Query, out values)
            ? values.FirstOrDefault()
            : null;
}
