using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>What an account has used.</summary>
static class UsageCommand
{
    public static Command Build()
    {
        var from = CommonOptions.Text("--from", "The first day of UTC: 2030-01-31 [default: the first of this month].", "day");
        var to = CommonOptions.Text("--to", "The last day [default: today].", "day");
        var by = new Option<string>("--by") { Description = "What there is a row of: day (if it is not said), spell, tool, account.", HelpName = "what" };
        by.AcceptOnlyFromAmong("day", "spell", "tool", "account");
        return new Verb("usage", "Shows what the account has used, and what it has cost.", "grimoire usage --from 2030-01-01 --to 2030-01-31 --by spell").With(from, to, by)
            .Does(async (session, cancellation) =>
            {
                var what = session.Get(by) ?? "day";
                var call = Call.Get("usage", ("from", session.Get(from)), ("to", session.Get(to)), ("by", what)).OfAccount();
                var usage = await session.AskAsync(call, cancellation).ConfigureAwait(false);
                return session.Answer(usage, () => Write(usage, what));
            });
    }

    static void Write(JsonNode? usage, string by)
    {
        Terminal.Table(
            [by.ToUpperInvariant(), "COMPLETED", "FAILED", "CANCELLED", "ATTEMPTS", "COST"],
            [.. usage.List("rows").Select(row => Row(row.Text(by) ?? "", row)), Row("in all", usage.Node("totals"))]);
        if (usage.Node("now") is { } now)
        {
            Terminal.Say($"today {Wording.Money(now.Usd("spentTodayUsd") ?? 0)}, this month {Wording.Money(now.Usd("spentThisMonthUsd") ?? 0)}");
        }
    }

    static IReadOnlyList<string> Row(string name, JsonNode? sum)
    {
        var casts = sum.Node("casts");
        return [name, $"{casts.Whole("completed")}", $"{casts.Whole("failed")}", $"{casts.Whole("cancelled")}", $"{sum.Whole("attempts")}", Wording.Money(sum.Usd("costUsd") ?? 0)];
    }
}
