using System.Globalization;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Casting;

/// <summary>Whether an account may start a cast, by its limits. What runs goes on whatever they are: to stop it would lose what has been paid for.</summary>
public sealed class CastLimits(LimitLookup limits, UsageBook usage, CastsInFlight casts, TimeProvider time)
{
    /// <summary>When somebody else's cast may have ended.</summary>
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>Why nothing may start, for what has been spent; null if it may.</summary>
    public async Task<Refusal?> OfSpendingAsync(string account, CancellationToken cancellation)
    {
        var most = await limits.OfAsync(account, cancellation).ConfigureAwait(false);
        if (!most.LimitsSpending)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var (day, month) = await usage.SpentAsync(account, cancellation).ConfigureAwait(false);

        // The month first: it lasts longer.
        var nextMonth = new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
        if (month >= most.SpendPerMonthUsd)
        {
            return new Refusal(RefusalKind.Limit, "account.spendPerMonth", Spent(account, most.SpendPerMonthUsd.Value, month, "month", nextMonth)) { RetryAfter = nextMonth - now };
        }

        var tomorrow = new DateTimeOffset(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        return day >= most.SpendPerDayUsd
            ? new Refusal(RefusalKind.Limit, "account.spendPerDay", Spent(account, most.SpendPerDayUsd.Value, day, "day", tomorrow)) { RetryAfter = tomorrow - now }
            : null;
    }

    /// <summary>Makes room for a cast that is about to start.</summary>
    /// <returns>The room, or why there is none.</returns>
    public async Task<(CastPlace? Place, Refusal? Refusal)> EnterAsync(DurableTaskClient client, string account, string castId, CancellationToken cancellation)
    {
        if ((await limits.OfAsync(account, cancellation).ConfigureAwait(false)).CastsInFlight is not { } most)
        {
            return (CastPlace.Anywhere, null);
        }

        return await casts.EnterAsync(client, account, castId, most, cancellation).ConfigureAwait(false) is { } place
            ? (place, null)
            : (null, new Refusal(
                RefusalKind.Limit,
                "account.castsInFlight",
                string.Create(CultureInfo.InvariantCulture, $"The account {account} may have {most} casts in flight, and has. Another one may start when one of them has ended.")) { RetryAfter = Soon });
    }

    static string Spent(string account, decimal most, decimal spent, string period, DateTimeOffset end) => string.Create(
        CultureInfo.InvariantCulture,
        $"The account {account} may spend {most} USD a {period}, and has spent {spent}. It may go on at {end:yyyy-MM-dd'T'HH:mm:ss'Z'}, or with a higher limit; what runs goes on.");
}
