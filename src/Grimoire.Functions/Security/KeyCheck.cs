using System.Net;
using Grimoire.Accounts;
using Grimoire.Functions.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Security;

/// <summary>Finds out by the key of a request who calls.</summary>
public sealed class KeyCheck(AccountStore accounts, TimeProvider time)
{
    const string Scheme = "Bearer ";
    const string KeyHeader = "X-Api-Key";

    /// <summary>What the record of a key is compared with that does not exist: so long does it take, too.</summary>
    static readonly string NoHash = ApiKey.New().Hash();

    /// <exception cref="RefusedException">There is no key, or none that holds.</exception>
    public async Task<Caller> CallerOfAsync(HttpRequestData request, CancellationToken cancellation)
    {
        var text = Presented(request) ?? throw new Problem(
            HttpStatusCode.Unauthorized, "auth.missing", "A key is wanted: Authorization: Bearer grm_…, or X-Api-Key: grm_….") { Headers = [("WWW-Authenticate", "Bearer")] }.Refused();
        var key = ApiKey.Parse(text) ?? throw Invalid();
        var account = await accounts.OfKeyAsync(key.Id, cancellation).ConfigureAwait(false);
        var record = account?.Find(key.Id);
        if (!key.Matches(record?.Hash ?? NoHash) || record is null)
        {
            throw Invalid();
        }

        // Who has had the secret may know what has become of it; but a revoked one is like one that never was.
        return record.StatusAt(time.GetUtcNow()) switch
        {
            KeyStatus.Revoked => throw Invalid(),
            KeyStatus.Expired => throw new Problem(HttpStatusCode.Unauthorized, "auth.expired", "The key has expired.") { Headers = Challenge }.Refused(),
            _ when account!.DisabledAt is not null => throw new Problem(HttpStatusCode.Forbidden, "auth.disabled", "The account of this key is disabled.").Refused(),
            _ => Caller.Of(account, record),
        };
    }

    static IReadOnlyList<(string, string)> Challenge => [("WWW-Authenticate", "Bearer error=\"invalid_token\"")];

    static RefusedException Invalid() =>
        new Problem(HttpStatusCode.Unauthorized, "auth.invalid", "There is no such key, or it does not hold any more.") { Headers = Challenge }.Refused();

    static string? Presented(HttpRequestData request)
    {
        if (Header(request, "Authorization") is { } authorization)
        {
            // Anything else than a bearer token cannot be a key, and is not searched for one.
            return authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim() : "";
        }

        return Header(request, KeyHeader)?.Trim();
    }

    static string? Header(HttpRequestData request, string name) =>
        request.Headers.TryGetValues(name, out var values) && string.Join(',', values) is { Length: > 0 } text ? text : null;
}
