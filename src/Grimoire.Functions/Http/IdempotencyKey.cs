using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>The Idempotency-Key header.</summary>
static partial class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>The key, or null if the request has none.</summary>
    /// <exception cref="RefusedException">It cannot be one.</exception>
    public static string? Of(HttpRequestData request)
    {
        if (!request.Headers.TryGetValues(Header, out var values))
        {
            return null;
        }

        var key = string.Join(",", values);
        return Allowed().IsMatch(key)
            ? key
            : throw new Problem(HttpStatusCode.BadRequest, "idempotencyKey.invalid",
                $"{Header} may have 1 to 128 letters, digits, dots, underscores and hyphens.").Refused();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z")]
    private static partial Regex Allowed();
}
