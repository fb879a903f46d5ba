using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>What an account has used, by day, spell or tool; for operators, all of them.</summary>
public sealed class UsageApi(UsageBook book, LimitLookup limits, TimeProvider time)
{
    const int MostDays = 366;
    const int MostDaysOfAll = 31;

    [Function("GetUsage")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/usage")] HttpRequestData request,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var by = Choice(request, "by", UsageBy.Day);
        var asCsv = Choice(request, "format", UsageFormat.Json) == UsageFormat.Csv;
        var account = AccountOf(request, by);
        var (from, to) = Range(request, account is null ? MostDaysOfAll : MostDays);
        var report = new UsageReport(by);
        await foreach (var (owner, day) in book.DaysAsync(account, from, to, cancellation).ConfigureAwait(false))
        {
            report.Add(owner, day, await book.DayAsync(owner, day, cancellation).ConfigureAwait(false));
        }

        if (asCsv)
        {
            return await Answer.TextAsync(request, "text/csv; charset=utf-8", Encoding.UTF8.GetBytes(report.Csv()), cancellation).ConfigureAwait(false);
        }

        var body = new JsonObject { ["account"] = account, ["from"] = Text(from), ["to"] = Text(to), ["by"] = report.Name };
        if (account is null)
        {
            body.Remove("account");
        }
        else
        {
            var (spentToday, spentThisMonth) = await book.SpentAsync(account, cancellation).ConfigureAwait(false);
            var inForce = await limits.OfAsync(account, cancellation).ConfigureAwait(false);
            body["now"] = JsonSerializer.SerializeToNode(new { Limits = inForce, SpentTodayUsd = spentToday, SpentThisMonthUsd = spentThisMonth }, DomainJson.Options);
        }

        report.AddTo(body);
        return await Answer.OkAsync(request, body, cancellation).ConfigureAwait(false);
    }

    /// <returns>Null: all accounts.</returns>
    static string? AccountOf(HttpRequestData request, UsageBy by)
    {
        var caller = Caller.Of(request.FunctionContext);
        return by != UsageBy.Account || !string.IsNullOrEmpty(request.Query["account"]) ? request.Account()
            : caller.HasAllAccounts ? null
            : throw new Problem(HttpStatusCode.Forbidden, "auth.account", $"The key is one of the account {caller.Account}, and of no other.").Refused();
    }

    /// <summary>This month until today, if it is not said.</summary>
    (DateOnly From, DateOnly To) Range(HttpRequestData request, int most)
    {
        var to = Day(request, "to") ?? UsageEntry.DayOf(time.GetUtcNow());
        var from = Day(request, "from") ?? new DateOnly(to.Year, to.Month, 1);
        return from > to ? throw RequestQuery.Bad("from", $"a day that is not after {Text(to)} is wanted")
            : to.DayNumber - from.DayNumber >= most ? throw RequestQuery.Bad("from", $"at most {most} days are told at once, so none before {Text(to.AddDays(1 - most))} is wanted")
            : (from, to);
    }

    static DateOnly? Day(HttpRequestData request, string name) => request.Query[name] is not { Length: > 0 } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw RequestQuery.Bad(name, "a day such as 2030-01-31 is wanted");

    static T Choice<T>(HttpRequestData request, string name, T otherwise)
        where T : struct, Enum =>
        request.Choices<T>(name) is not { } chosen ? otherwise : chosen.Count == 1 ? chosen.Single() : throw RequestQuery.Bad(name, "one of them is wanted");

    static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

public enum UsageBy
{
    Day,
    Spell,
    Tool,
    Account,
}

public enum UsageFormat
{
    Json,
    Csv,
}
