using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>The Idempotency-Key header. It becomes part of an instance id, so it may have only characters that ids may have.</summary>
static partial class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>The key, or null if the request has none, or what to answer when it cannot be one.</summary>
    public static (string? Key, Problem? Problem) Of(HttpRequestData request)
    {
        if (!request.Headers.TryGetValues(Header, out var values))
        {
            return (null, null);
        }

        var key = string.Join(",", values);
        return Allowed().IsMatch(key)
            ? (key, null)
            : (null, new Problem(HttpStatusCode.BadRequest, "request.idempotencyKey", $"{Header} is not valid",
                "It may have 1 to 128 letters, digits, dots, underscores and hyphens."));
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z")]
    private static partial Regex Allowed();
}
