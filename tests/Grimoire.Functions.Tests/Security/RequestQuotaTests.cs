using Grimoire.Functions.Security;

namespace Grimoire.Functions.Tests.Security;

/// <summary>In no 60 seconds are there more requests than may be, wherever they begin.</summary>
[Trait("Row", "KZ21")]
public sealed class RequestQuotaTests
{
    readonly SetTime _time = new();

    [Fact]
    public void As_many_as_may_be_get_through_and_then_one_for_each_that_is_a_minute_old()
    {
        var quota = new RequestQuota(_time);
        Assert.True(quota.Take("acme", 3).IsWithin);
        Pass(20);
        Assert.True(quota.Take("acme", 3).IsWithin);
        Assert.True(quota.Take("acme", 3).IsWithin);

        Pass(39.5);
        var early = quota.Take("acme", 3);
        Pass(0.5);
        var later = quota.Take("acme", 3);
        var another = quota.Take("acme", 3);

        Assert.Equal((false, 0, 1), (early.IsWithin, early.Left, early.Seconds));
        Assert.Equal((true, 0, 20), (later.IsWithin, later.Left, later.Seconds));
        Assert.False(another.IsWithin);
    }

    [Fact]
    public void What_was_refused_does_not_count()
    {
        var quota = new RequestQuota(_time);
        Assert.True(quota.Take("acme", 1).IsWithin);
        for (var i = 0; i < 5; i++)
        {
            Pass(10);
            Assert.False(quota.Take("acme", 1).IsWithin);
        }

        Pass(10);
        Assert.True(quota.Take("acme", 1).IsWithin);
    }

    [Fact]
    public void A_limit_that_is_lowered_holds_at_once_and_a_higher_one_too()
    {
        var quota = new RequestQuota(_time);
        for (var i = 0; i < 10; i++)
        {
            Assert.True(quota.Take("acme", 10).IsWithin);
        }

        var lowered = quota.Take("acme", 5);

        Assert.Equal((false, 0), (lowered.IsWithin, lowered.Left));
        Assert.True(quota.Take("acme", 11).IsWithin);
    }

    [Fact]
    public async Task Of_those_that_come_at_once_exactly_as_many_get_through()
    {
        var quota = new RequestQuota(_time);

        var states = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Enumerable.Range(0, 50).Select(_ => quota.Take("acme", 1000)).ToList())));

        Assert.Equal(1000, states.Sum(some => some.Count(state => state.IsWithin)));
        Assert.Equal(Enumerable.Range(0, 1000), states.SelectMany(some => some).Where(state => state.IsWithin).Select(state => state.Left).Order());
    }

    [Fact]
    public void It_is_told_as_the_draft_has_it()
    {
        var quota = new RequestQuota(_time);
        quota.Take("acme", 100);
        Pass(18.2);

        var state = quota.Take("acme", 100);

        Assert.Equal("\"requests\";q=100;w=60", state.Policy);
        Assert.Equal("\"requests\";r=98;t=42", state.Limit);
    }

    void Pass(double seconds) => _time.Now += TimeSpan.FromSeconds(seconds);
}
