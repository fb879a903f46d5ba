using System.Globalization;
using Grimoire.Accounts;
using Grimoire.Functions.Tools;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Security;

/// <summary>Settings "Accounts:Limits:…".</summary>
/// <param name="Defaults">Of accounts that have none of their own.</param>
public sealed record LimitOptions(AccountLimits Defaults)
{
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    internal static LimitOptions From(IConfiguration configuration) => new(new AccountLimits
    {
        RequestsPerMinute = Whole(configuration, "Accounts:Limits:RequestsPerMinute", AccountLimits.MostRequests),
        CastsInFlight = Whole(configuration, "Accounts:Limits:CastsInFlight", AccountLimits.MostCasts),
        SpendPerDayUsd = Usd(configuration, "Accounts:Limits:SpendPerDayUsd"),
        SpendPerMonthUsd = Usd(configuration, "Accounts:Limits:SpendPerMonthUsd"),
    });

    static int? Whole(IConfiguration configuration, string name, int most) =>
        Setting.Number(configuration, name, otherwise: 0, least: 1, most) is > 0 and var number ? number : null;

    static decimal? Usd(IConfiguration configuration, string name) => configuration[name] is not { Length: > 0 } text ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) && usd is > 0 and <= AccountLimits.MostUsd ? usd
        : throw Setting.Wrong(name, text, $"an amount of USD, more than 0 and at most {AccountLimits.MostUsd}");
}
