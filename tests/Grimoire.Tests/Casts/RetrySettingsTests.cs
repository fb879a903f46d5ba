using Grimoire.Spells;

namespace Grimoire.Tests.Casts;

public sealed class RetrySettingsTests
{
    static readonly RetrySettings Settings = new() { MaxAttempts = 5, FirstInterval = TimeSpan.FromSeconds(2), Backoff = 2, MaxInterval = TimeSpan.FromSeconds(10) };

    [Theory]
    [Trait("Row", "KZ06")]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(4, 10)]
    public void Pauses_grow_to_their_limit(int attempt, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Settings.PauseAfter(Plans.Failure(), attempt, TimeSpan.Zero));

    [Fact]
    public void After_the_last_attempt_there_is_none() => Assert.Null(Settings.PauseAfter(Plans.Failure(), 5, TimeSpan.Zero));

    [Fact]
    [Trait("Row", "KZ13")]
    public void A_permanent_failure_is_not_retried() => Assert.Null(Settings.PauseAfter(Plans.Failure(transient: false), 1, TimeSpan.Zero));

    [Theory]
    [InlineData("http.status")]
    [InlineData("http.*")]
    [InlineData("*")]
    public void A_failure_that_is_excepted_is_not_retried(string pattern) =>
        Assert.Null((Settings with { Except = [pattern] }).PauseAfter(Plans.Failure(), 1, TimeSpan.Zero));

    [Fact]
    public void A_provider_that_asks_for_more_time_gets_it() =>
        Assert.Equal(TimeSpan.FromSeconds(30), Settings.PauseAfter(Plans.Failure() with { RetryAfter = TimeSpan.FromSeconds(30) }, 1, TimeSpan.Zero));

    [Fact]
    public void A_provider_cannot_make_it_faster() =>
        Assert.Equal(TimeSpan.FromSeconds(2), Settings.PauseAfter(Plans.Failure() with { RetryAfter = TimeSpan.FromSeconds(1) }, 1, TimeSpan.Zero));

    [Fact]
    public void No_attempt_starts_later_than_allowed()
    {
        var settings = Settings with { Within = TimeSpan.FromSeconds(10) };

        Assert.NotNull(settings.PauseAfter(Plans.Failure(), 2, TimeSpan.FromSeconds(6)));
        Assert.Null(settings.PauseAfter(Plans.Failure(), 2, TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public void The_largest_settings_overflow_nowhere() =>
        Assert.Equal(TimeSpan.FromDays(1), (Settings with { MaxAttempts = 100_000, Backoff = 10, MaxInterval = TimeSpan.FromDays(1) }).PauseAfter(Plans.Failure(), 99_999, TimeSpan.Zero));
}
