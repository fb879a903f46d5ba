using System.Globalization;
using System.Net;
using Grimoire.Functions.Http;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Security;

/// <summary>Refuses requests of an account that sends more than it may. Of several processes each counts for itself.</summary>
public sealed class RequestLimit(LimitLookup limits, RequestQuota quota)
{
    const string Item = "grimoire.quota";

    /// <exception cref="RefusedException">There have been as many as may be.</exception>
    public async Task CountAsync(FunctionContext context, string account)
    {
        ArgumentNullException.ThrowIfNull(context);
        if ((await limits.OfAsync(account, context.CancellationToken).ConfigureAwait(false)).RequestsPerMinute is not { } most)
        {
            return;
        }

        var state = quota.Take(account, most);
        context.Items[Item] = state;
        if (!state.IsWithin)
        {
            CastMetrics.Refused("requestsPerMinute");
            throw new Problem(
                HttpStatusCode.TooManyRequests,
                "account.requests",
                $"The account {account} may send {most} requests a minute, and has. The next may come in {state.Seconds} seconds.")
            {
                Headers = [("Retry-After", state.Seconds.ToString(CultureInfo.InvariantCulture))],
            }.Refused();
        }
    }

    internal static QuotaState? Of(FunctionContext context) => context.Items.TryGetValue(Item, out var state) ? state as QuotaState : null;
}
