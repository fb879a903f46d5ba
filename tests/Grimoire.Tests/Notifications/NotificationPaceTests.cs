using Grimoire.Notifications;

namespace Grimoire.Tests.Notifications;

/// <summary>When messages are tried again, and how often casts are looked at.</summary>
public sealed class NotificationPaceTests
{
    static readonly NotificationPace Pace = NotificationPace.Default;

    [Fact]
    public void Pauses_are_those_of_the_specification_and_up_to_a_fifth_longer() => Assert.All(
        Pace.Pauses.Index(), pause => Assert.InRange(Pace.After(pause.Index + 1, "msg_1"), pause.Item, pause.Item * 1.2));

    [Fact]
    public void The_same_failure_of_the_same_message_has_the_same_pause_and_others_have_others()
    {
        var pauses = Enumerable.Range(0, 20).Select(number => Pace.After(3, $"msg_{number}")).ToList();

        Assert.Equal(pauses, Enumerable.Range(0, 20).Select(number => Pace.After(3, $"msg_{number}")));
        Assert.InRange(pauses.Distinct().Count(), 15, 20);
    }

    [Fact]
    public void It_goes_on_for_a_day_and_some_hours()
    {
        Assert.Equal(new TimeSpan(1, 3, 35, 5), Pace.Total);
        Assert.False(Pace.IsOver(tries: 7, failures: 7, Pace.Total));
        Assert.True(Pace.IsOver(tries: 8, failures: 8, TimeSpan.Zero));
    }

    [Fact]
    public void A_message_behind_others_is_given_up_with_them_only_if_it_is_as_old()
    {
        Assert.True(Pace.IsOver(tries: 1, failures: 9, Pace.Total));
        Assert.False(Pace.IsOver(tries: 1, failures: 9, TimeSpan.FromHours(10)));
        Assert.False(Pace.IsOver(tries: 1, failures: 2, TimeSpan.FromDays(30)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 1)]
    [InlineData(100, 10)]
    [InlineData(600, 60)]
    [InlineData(1_000_000, 60)]
    public void The_longer_nothing_happens_the_less_often_it_is_looked(int quietSeconds, int pauseSeconds) =>
        Assert.Equal(TimeSpan.FromSeconds(pauseSeconds), NotificationPace.Look(TimeSpan.FromSeconds(quietSeconds)));
}
