using System.Net;
using Grimoire.Accounts;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>The accounts of the deployment: for those who run it.</summary>
public sealed class AccountsApi(AccountStore accounts, TimeProvider time)
{
    [Function("ListAccounts")]
    [Needs(Role.Admin, Operators = true)]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "accounts")] HttpRequestData request,
        CancellationToken cancellation)
    {
        var all = await accounts.ListAsync(cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(request, new { accounts = all.Select(Shown) }, cancellation).ConfigureAwait(false);
    }

    [Function("GetAccount")]
    [Needs(Role.Admin, Operators = true)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "accounts/{name}")] HttpRequestData request,
        string name,
        CancellationToken cancellation)
    {
        var wanted = RouteNames.Account(name);
        var account = await accounts.FindAsync(wanted, cancellation).ConfigureAwait(false) ?? throw NotFound(wanted);
        return await Answer.OkAsync(request, Shown(account), cancellation).ConfigureAwait(false);
    }

    [Function("PutAccount")]
    [Needs(Role.Admin, Operators = true)]
    public async Task<HttpResponseData> PutAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "accounts/{name}")] HttpRequestData request,
        string name,
        CancellationToken cancellation)
    {
        var wanted = RouteNames.Account(name);
        var fields = await RequestBody.OptionalFieldsAsync(request, cancellation).ConfigureAwait(false);
        var isDisabled = fields.Flag("disabled");
        fields.Check();
        var (saved, isNew) = await accounts.ChangeAsync(wanted, stored => Saved(stored, wanted, isDisabled), cancellation).ConfigureAwait(false);
        return await Answer.JsonAsync(
            request, isNew ? HttpStatusCode.Created : HttpStatusCode.OK, Shown(saved), cancellation, ("Location", $"/api/accounts/{wanted}")).ConfigureAwait(false);
    }

    [Function("DisableAccount")]
    [Needs(Role.Admin, Operators = true)]
    public async Task<HttpResponseData> DisableAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "accounts/{name}")] HttpRequestData request,
        string name,
        CancellationToken cancellation)
    {
        var wanted = RouteNames.Account(name);
        await accounts.ChangeAsync(wanted, stored => Saved(stored ?? throw NotFound(wanted), wanted, isDisabled: true), cancellation).ConfigureAwait(false);
        return Answer.Nothing(request);
    }

    public static RefusedException NotFound(string name) =>
        new Problem(HttpStatusCode.NotFound, "account.notFound", $"There is no account '{name}'.").Refused();

    (Account?, (Account Saved, bool IsNew)) Saved(Account? stored, string name, bool isDisabled)
    {
        if (isDisabled && name == Account.Operators)
        {
            throw new Problem(HttpStatusCode.Conflict, "account.operators", $"The account {name} is that of the operators: without it nobody could enable any.").Refused();
        }

        var now = time.GetUtcNow();
        var saved = (stored ?? new Account(name, now)) with { DisabledAt = isDisabled ? stored?.DisabledAt ?? now : null };
        return (saved == stored ? null : saved, (saved, stored is null));
    }

    object Shown(Account account) => new { account.Name, account.CreatedAt, account.DisabledAt, Keys = account.HoldingAt(time.GetUtcNow()) };
}
