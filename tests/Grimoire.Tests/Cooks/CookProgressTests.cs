using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Tests.Casts;

namespace Grimoire.Tests.Cooks;

public sealed class CookProgressTests
{
    static readonly DateTimeOffset Now = Plans.Now;

    [Fact]
    public void It_counts_what_waits_runs_and_has_ended_and_what_that_cost()
    {
        var progress = CookProgress.Of(10).Started(Now, 4).Started(Now.AddSeconds(1))
            .PieceEnded(CastStatus.Completed, 0.25m, Now.AddSeconds(5))
            .PieceEnded(CastStatus.Failed, 0.10m, Now.AddSeconds(6))
            .PieceEnded(CastStatus.Cancelled, 0, Now.AddSeconds(7));

        Assert.Equal((5, 2, 1, 1, 1), (progress.Waiting, progress.Running, progress.Completed, progress.Failed, progress.Cancelled));
        Assert.Equal((0.35m, (DateTimeOffset?)Now, (DateTimeOffset?)null), (progress.CostUsd, progress.StartedAt, progress.EndedAt));
    }

    [Fact]
    public void It_has_ended_when_the_last_piece_has()
    {
        var progress = CookProgress.Of(2).Started(Now, 2)
            .PieceEnded(CastStatus.Completed, 1, Now.AddSeconds(9))
            .PieceEnded(CastStatus.Completed, 1, Now.AddSeconds(5));

        Assert.True(progress.HasEnded);
        Assert.Equal(Now.AddSeconds(5), progress.EndedAt);
        Assert.Equal((decimal?)0, progress.EstimatedRestUsd());
    }

    [Fact]
    public void A_cook_of_which_nothing_more_starts_has_ended_too()
    {
        var progress = CookProgress.Of(100).Started(Now).PieceEnded(CastStatus.Failed, 1, Now.AddSeconds(2)).NeverStarted(99, Now.AddSeconds(3));

        Assert.Equal((0, 0, 99, (DateTimeOffset?)Now.AddSeconds(3)), (progress.Waiting, progress.Running, progress.Cancelled, progress.EndedAt));
    }

    [Theory]
    [InlineData(100, 0, 0, false)]
    [InlineData(100, 1, 0, true)]
    [InlineData(100, 5, 5, false)]
    [InlineData(100, 6, 5, true)]
    [InlineData(3, 1, 33.3, true)]
    [InlineData(3, 1, 33.4, false)]
    [InlineData(100_000, 100_000, 100, false)]
    public void More_than_the_tolerated_share_of_all_pieces_is_too_much(int total, int failed, double tolerated, bool tooMuch)
    {
        var progress = CookProgress.Of(total) with { Failed = failed };

        Assert.Equal(tooMuch, progress.IsOverTolerated((decimal)tolerated));
    }

    [Fact]
    public void The_rest_costs_what_the_others_did_and_takes_as_long()
    {
        var progress = CookProgress.Of(100).Started(Now, 25);
        Assert.Null(progress.EstimatedRestUsd());
        Assert.Null(progress.ExpectedEnd(Now.AddSeconds(10)));

        for (var i = 0; i < 20; i++)
        {
            progress = progress.PieceEnded(i < 10 ? CastStatus.Completed : CastStatus.Failed, i % 2 == 0 ? 0.1m : 0.3m, Now.AddSeconds(i));
        }

        Assert.Equal(16m, progress.EstimatedRestUsd());
        Assert.Equal(Now.AddSeconds(50), progress.ExpectedEnd(Now.AddSeconds(10)));
    }

    [Fact]
    public void Pieces_that_are_cast_again_wait_again_and_what_they_have_cost_stays()
    {
        var ended = CookProgress.Of(4).Started(Now, 4)
            .PieceEnded(CastStatus.Completed, 1, Now).PieceEnded(CastStatus.Completed, 1, Now)
            .PieceEnded(CastStatus.Failed, 1, Now).PieceEnded(CastStatus.Failed, 1, Now);

        var again = ended.Again(failed: 2);

        Assert.Equal((2, 0, 4m, (DateTimeOffset?)null), (again.Waiting, again.Failed, again.CostUsd, again.EndedAt));
        Assert.Equal(2m, again.EstimatedRestUsd());
        Assert.Throws<ArgumentOutOfRangeException>(() => again.Again(failed: 1));
    }

    [Fact]
    public void A_piece_ends_in_no_other_status() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CookProgress.Of(1).Started(Now).PieceEnded(CastStatus.Running, 0, Now));

    [Fact]
    public void It_is_read_again_as_it_was_written()
    {
        var progress = CookProgress.Of(3, Now).Started(Now, 2).PieceEnded(CastStatus.Failed, 0.5m, Now.AddSeconds(1));

        var json = JsonSerializer.Serialize(progress, DomainJson.Options);

        Assert.Contains("\"waiting\":1", json, StringComparison.Ordinal);
        Assert.Equal(progress, JsonSerializer.Deserialize<CookProgress>(json, DomainJson.Options));
    }

    [Fact]
    public void Whatever_happens_every_piece_is_counted_once() =>
        Prop.ForAll(Gen.Choose(0, 3).ListOf().Select(list => list.ToList()).ToArbitrary(), happened =>
        {
            var progress = CookProgress.Of(20);
            foreach (var what in happened)
            {
                progress = what == 0 && progress.Waiting > 0 ? progress.Started(Now)
                    : what != 0 && progress.Running > 0 ? progress.PieceEnded(what == 1 ? CastStatus.Completed : what == 2 ? CastStatus.Failed : CastStatus.Cancelled, 1, Now)
                    : progress;
                Assert.Equal(20, progress.Waiting + progress.Running + progress.Completed + progress.Failed + progress.Cancelled);
                Assert.Equal(progress.HasEnded, progress.EndedAt is not null);
            }
        }).QuickCheckThrowOnFailure();
}
