using Grimoire.Accounts;
using Grimoire.Casts;

namespace Grimoire.Tests.Accounts;

/// <summary>What an account has used is added up once, whatever was written twice.</summary>
[Trait("Row", "UX06")]
public sealed class UsageDayTests
{
    static readonly DateTimeOffset Noon = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_written_twice_counts_once_and_an_attempt_is_no_cast_of_the_same_id()
    {
        var day = new UsageDay();
        var paid = new UsageEntry("acme-1", Noon, "cover") { Tool = "draw", CostUsd = 0.25m };
        var cast = new UsageEntry("acme-1", Noon, "cover") { Status = CastStatus.Completed, Attempts = new Dictionary<string, int> { ["draw"] = 2, ["json.value"] = 1 } };

        foreach (var entry in (UsageEntry[])[paid, cast, paid, cast])
        {
            day.Add(entry);
        }

        Assert.Equal((2, 0.25m), (day.Count, day.CostUsd));
        Assert.Equal(
            [new UsageRow("cover", null, new UsageSum { Completed = 1 }), new UsageRow("cover", "draw", new UsageSum { Attempts = 2, CostUsd = 0.25m }), new UsageRow("cover", "json.value", new UsageSum { Attempts = 1 })],
            day.Rows.OrderBy(row => row.Tool, StringComparer.Ordinal));
    }

    [Fact]
    public void A_sub_cast_is_no_cast_and_its_attempts_are_those_of_the_spell_that_was_asked_for()
    {
        var day = new UsageDay();
        day.Add(new UsageEntry("acme-1~a.1", Noon, "outer") { Attempts = new Dictionary<string, int> { ["draw"] = 1 } });

        Assert.Equal([new UsageRow("outer", "draw", new UsageSum { Attempts = 1 })], day.Rows);
    }

    [Fact]
    public void An_attempt_tells_what_it_has_cost_on_the_day_that_it_ended()
    {
        var attempt = Attempt(0.5m) with { EndedAt = new DateTimeOffset(2030, 2, 1, 0, 30, 0, TimeSpan.FromHours(1)) };

        var entry = Assert.Single(UsageEntry.Of(attempt, "cover", cook: null));

        Assert.Equal((new DateOnly(2030, 1, 31), 0.5m, "draw", "cover", attempt.IdempotencyKey), (entry.Day, entry.CostUsd, entry.Tool, entry.Spell, entry.Id));
        Assert.Empty(UsageEntry.Of(Attempt(0), "cover", cook: null));
        Assert.Empty(UsageEntry.Of(Attempt(0.5m) with { Tool = "spell:inner" }, "cover", cook: null));
    }

    [Theory]
    [InlineData(0, 0.5, "0.5@2")]
    [InlineData(0.2, 0.5, "0.2@1 0.3@2")]
    [InlineData(0.5, 0.5, "0.5@1")]
    [InlineData(0.5, 0.2, "0.5@1 -0.3@2")]
    public void What_came_late_counts_on_the_day_on_which_it_became_known(double before, double after, string told)
    {
        var attempt = Attempt((decimal)after) with { IsLate = true, EarlierCostUsd = (decimal)before, LateAt = Noon.AddDays(2) };

        var entries = UsageEntry.Of(attempt, "cover", cook: null).ToList();

        Assert.Equal(told, string.Join(' ', entries.Select(entry => FormattableString.Invariant($"{entry.CostUsd}@{(entry.At == Noon ? 1 : 2)}"))));
        Assert.Equal(entries.Count, entries.DistinctBy(entry => entry.Id).Count());
    }

    static AttemptRecord Attempt(decimal costUsd) => new()
    {
        CastId = "acme-0000000000000000001",
        Step = "draw",
        Attempt = 1,
        Tool = "draw",
        Status = AttemptStatus.Failed,
        IdempotencyKey = "acme-0000000000000000001.draw.1",
        StartedAt = Noon.AddDays(-1),
        EndedAt = Noon,
        CostUsd = costUsd,
    };
}
