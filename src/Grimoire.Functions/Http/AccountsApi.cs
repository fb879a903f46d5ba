using System.Net;
using Grimoire.Accounts;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>The accounts of the deployment: for those who run it.</summary>
public sealed class AccountsApi(AccountStore accounts, LimitLookup limits, TimeProvider time)
{
    [Function("ListAccounts")]
    [Needs(Role.Admin, Operators = true)]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/accounts")] HttpRequestData request,
        CancellationToken cancellation)
    {
        var all = await accounts.ListAsync(cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(request, new { accounts = all.Select(Shown) }, cancellation).ConfigureAwait(false);
    }

    [Function("GetAccount")]
    [Needs(Role.Admin, Operators = true)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/accounts/{name}")] HttpRequestData request,
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
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/accounts/{name}")] HttpRequestData request,
        string name,
        CancellationToken cancellation)
    {
        var wanted = RouteNames.Account(name);
        var fields = await RequestBody.OptionalFieldsAsync(request, cancellation).ConfigureAwait(false);
        var isDisabled = fields.Flag("disabled");
        var own = fields.Object("limits") is { } given ? LimitsOf(fields.Inner(given, "limits")) : null;
        fields.Check();
        var (saved, isNew) = await accounts.ChangeAsync(wanted, stored => Saved(stored, wanted, isDisabled, own), cancellation).ConfigureAwait(false);
        return await Answer.JsonAsync(
            request, isNew ? HttpStatusCode.Created : HttpStatusCode.OK, Shown(saved), cancellation, ("Location", $"/api/accounts/{wanted}")).ConfigureAwait(false);
    }

    [Function("DisableAccount")]
    [Needs(Role.Admin, Operators = true)]
    public async Task<HttpResponseData> DisableAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/accounts/{name}")] HttpRequestData request,
        string name,
        CancellationToken cancellation)
    {
        var wanted = RouteNames.Account(name);
        await accounts.ChangeAsync(wanted, stored => Saved(stored ?? throw NotFound(wanted), wanted, isDisabled: true), cancellation).ConfigureAwait(false);
        return Answer.Nothing(request);
    }

    public static RefusedException NotFound(string name) =>
        new Problem(HttpStatusCode.NotFound, "account.notFound", $"There is no account '{name}'.").Refused();

    static AccountLimits LimitsOf(RequestFields fields)
    {
        var limits = new AccountLimits
        {
            RequestsPerMinute = fields.Whole("requestsPerMinute", 1, AccountLimits.MostRequests),
            CastsInFlight = fields.Whole("castsInFlight", 1, AccountLimits.MostCasts),
            SpendPerDayUsd = Spend("spendPerDayUsd"),
            SpendPerMonthUsd = Spend("spendPerMonthUsd"),
        };
        fields.End();
        return limits;

        decimal? Spend(string name)
        {
            var usd = fields.Money(name);
            if (usd == 0)
            {
                fields.Error(name, "field.value", $"'{name}' is more than 0: an account that may do nothing is disabled.");
            }

            return usd;
        }
    }

    /// <param name="stored">What there is.</param>
    /// <param name="name">Of the account.</param>
    /// <param name="isDisabled">Its keys open nothing.</param>
    /// <param name="own">In the place of the limits that it has; null: those stay.</param>
    (Account?, (Account Saved, bool IsNew)) Saved(Account? stored, string name, bool isDisabled, AccountLimits? own = null)
    {
        if (isDisabled && name == Account.Operators)
        {
            throw new Problem(HttpStatusCode.Conflict, "account.operators", $"The account {name} is that of the operators: without it nobody could enable any.").Refused();
        }

        var now = time.GetUtcNow();
        var before = stored ?? new Account(name, now);
        var saved = before with { DisabledAt = isDisabled ? before.DisabledAt ?? now : null, Limits = own ?? before.Limits };
        return (saved == stored ? null : saved, (saved, stored is null));
    }

    object Shown(Account account) => new
    {
        account.Name,
        account.CreatedAt,
        account.DisabledAt,
        Keys = account.HoldingAt(time.GetUtcNow()),
        account.Limits,
        LimitsInForce = limits.InForce(account),
    };
}
