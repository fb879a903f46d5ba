using System.Text.Json.Serialization;

namespace Grimoire.Accounts;

/// <summary>How much an account may have at once. What is null is not limited.</summary>
public sealed record AccountLimits
{
    public const int MostRequests = 100_000;
    public const int MostCasts = 10_000;
    public const int MostUsd = 1_000_000;

    public int? RequestsPerMinute { get; init; }

    /// <summary>Casts that run at the same time; sub-casts belong to theirs.</summary>
    public int? CastsInFlight { get; init; }

    /// <summary>A day is one of UTC.</summary>
    public decimal? SpendPerDayUsd { get; init; }

    /// <summary>A month is one of UTC.</summary>
    public decimal? SpendPerMonthUsd { get; init; }

    public static AccountLimits None { get; } = new();

    [JsonIgnore]
    public bool LimitsSpending => SpendPerDayUsd is not null || SpendPerMonthUsd is not null;

    /// <summary>These, and those of <paramref name="others"/> where these say nothing.</summary>
    public AccountLimits Or(AccountLimits others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return new AccountLimits
        {
            RequestsPerMinute = RequestsPerMinute ?? others.RequestsPerMinute,
            CastsInFlight = CastsInFlight ?? others.CastsInFlight,
            SpendPerDayUsd = SpendPerDayUsd ?? others.SpendPerDayUsd,
            SpendPerMonthUsd = SpendPerMonthUsd ?? others.SpendPerMonthUsd,
        };
    }
}
