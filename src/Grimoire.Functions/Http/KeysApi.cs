using System.Net;
using Grimoire.Accounts;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>The keys of an account. A key itself is shown once, by what makes it.</summary>
public sealed class KeysApi(AccountStore accounts, TimeProvider time)
{
    const int MostMinutes = 1440;

    [Function("ListKeys")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/keys")] HttpRequestData request,
        CancellationToken cancellation)
    {
        var account = await FindAsync(request.Account(), cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(request, new { keys = account.Keys.Select(key => Shown(key)) }, cancellation).ConfigureAwait(false);
    }

    [Function("GetKey")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/keys/{id}")] HttpRequestData request,
        string id,
        CancellationToken cancellation)
    {
        var (name, wanted) = (request.Account(), RouteNames.Key(id));
        var account = await FindAsync(name, cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(request, Shown(account.Find(wanted) ?? throw NotFound(wanted)), cancellation).ConfigureAwait(false);
    }

    [Function("CreateKey")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/keys")] HttpRequestData request,
        CancellationToken cancellation)
    {
        var account = request.Account();
        var fields = await RequestBody.FieldsAsync(request, cancellation).ConfigureAwait(false);
        var (name, role, expiresAt) = (NameOf(fields), RoleOf(fields), ExpiryOf(fields));
        fields.Check();
        var key = ApiKey.New();
        var record = new KeyRecord(key.Id, role, name, key.Hash(), time.GetUtcNow()) { ExpiresAt = expiresAt };
        var made = await SaveAsync(account, key, stored => (stored.With(record, time.GetUtcNow()), record), cancellation).ConfigureAwait(false);
        return await MadeAsync(request, made, key, cancellation).ConfigureAwait(false);
    }

    [Function("RotateKey")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> RotateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/keys/{id}/rotate")] HttpRequestData request,
        string id,
        CancellationToken cancellation)
    {
        var (account, wanted) = (request.Account(), RouteNames.Key(id));
        var overlap = TimeSpan.FromMinutes(request.Whole("overlapMinutes", 0, 0, MostMinutes));
        var key = ApiKey.New();
        var made = await SaveAsync(account, key, stored => Rotated(stored, wanted, key, overlap), cancellation).ConfigureAwait(false);
        return await MadeAsync(request, made, key, cancellation).ConfigureAwait(false);
    }

    [Function("RevokeKey")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> RevokeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/keys/{id}")] HttpRequestData request,
        string id,
        CancellationToken cancellation)
    {
        var (account, wanted) = (request.Account(), RouteNames.Key(id));
        await accounts.ChangeAsync(account, stored => (Revoked(stored ?? throw AccountsApi.NotFound(account), wanted), true), cancellation).ConfigureAwait(false);
        return Answer.Nothing(request);
    }

    /// <summary>Stores whose the key is, and then the account with it; what cannot be done leaves nothing behind.</summary>
    async Task<KeyRecord> SaveAsync(string account, ApiKey key, Func<Account, (Account Changed, KeyRecord Made)> change, CancellationToken cancellation)
    {
        Changed(await accounts.FindAsync(account, cancellation).ConfigureAwait(false));
        await accounts.PlaceAsync(key.Id, account, cancellation).ConfigureAwait(false);
        return await accounts.ChangeAsync(account, Changed, cancellation).ConfigureAwait(false);

        (Account?, KeyRecord) Changed(Account? stored)
        {
            var (changed, made) = change(stored ?? throw AccountsApi.NotFound(account));
            return changed.HoldingAt(time.GetUtcNow()) <= Account.MostKeys
                ? (changed, made)
                : throw new Problem(HttpStatusCode.Conflict, "key.tooMany", $"The account has {Account.MostKeys} keys that hold, which are as many as there may be.").Refused();
        }
    }

    (Account, KeyRecord) Rotated(Account stored, string id, ApiKey key, TimeSpan overlap)
    {
        var (old, now) = (stored.Find(id) ?? throw NotFound(id), time.GetUtcNow());
        if (!old.HoldsAt(now))
        {
            throw new Problem(HttpStatusCode.Conflict, "key.ended", $"The key '{id}' does not hold any more: make another one.").Refused();
        }

        if (stored.Keys.FirstOrDefault(other => other.Replaces == id) is { } successor)
        {
            throw new Problem(HttpStatusCode.Conflict, "key.rotated", $"The key '{successor.Id}' has come in the place of '{id}' already.").Refused();
        }

        var made = old.Successor(key, now);
        return (stored.Rotated(old, made, overlap, now), made);
    }

    Account? Revoked(Account stored, string id)
    {
        var (key, now) = (stored.Find(id) ?? throw NotFound(id), time.GetUtcNow());
        if (!key.HoldsAt(now))
        {
            return null;
        }

        return stored.Name == Account.Operators && key.Role == Role.Admin && !stored.HasOtherAdmin(id, now)
            ? throw new Problem(HttpStatusCode.Conflict, "key.lastAdmin", $"This is the last key of an admin of the account {stored.Name}: without it nobody could make any.").Refused()
            : stored.With(key with { RevokedAt = now }, now);
    }

    async Task<Account> FindAsync(string account, CancellationToken cancellation) =>
        await accounts.FindAsync(account, cancellation).ConfigureAwait(false) ?? throw AccountsApi.NotFound(account);

    static string NameOf(RequestFields fields)
    {
        var name = fields.Text("name", KeyRecord.MaxName, required: true) ?? "";
        if (name.Any(char.IsControl))
        {
            fields.Error("name", "field.value", "'name' has characters that cannot be shown.");
        }

        return name;
    }

    static Role RoleOf(RequestFields fields)
    {
        if (!fields.Has("role"))
        {
            fields.Error("role", "field.missing", "'role' is missing: viewer, caster or admin.");
        }

        return fields.Choice("role", Role.Viewer);
    }

    DateTimeOffset? ExpiryOf(RequestFields fields)
    {
        var text = fields.Text("expiresAt", 40);
        var end = text is null ? null : RequestQuery.TimeOf(text);
        if (text is not null && (end is null || end <= time.GetUtcNow()))
        {
            fields.Error("expiresAt", "field.value", "'expiresAt' has to be a time that is still to come, such as 2030-01-31T12:00:00Z.");
        }

        return end;
    }

    Task<HttpResponseData> MadeAsync(HttpRequestData request, KeyRecord record, ApiKey key, CancellationToken cancellation) =>
        Answer.JsonAsync(request, HttpStatusCode.Created, Shown(record, key.Reveal()), cancellation, ("Location", $"/api/keys/{record.Id}"));

    object Shown(KeyRecord key, string? revealed = null) => new
    {
        key.Id,
        key.Name,
        key.Role,
        Status = key.StatusAt(time.GetUtcNow()),
        key.CreatedAt,
        key.ExpiresAt,
        key.RevokedAt,
        key.Replaces,
        Key = revealed,
    };

    static RefusedException NotFound(string id) => new Problem(HttpStatusCode.NotFound, "key.notFound", $"There is no key '{id}'.").Refused();
}
