using System.Text.Json;

namespace Grimoire.Tests;

public sealed class DomainJsonTests
{
    [Theory]
    [InlineData("PT30S", 30)]
    [InlineData("PT0S", 0)]
    [InlineData("P1DT12H", 129600)]
    [InlineData("PT0.5S", 0.5)]
    public void Durations_are_read_as_documents_write_them(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), JsonSerializer.Deserialize<TimeSpan>($"\"{text}\"", DomainJson.Options));

    [Theory]
    [InlineData("P1Y")]
    [InlineData("P2M")]
    [InlineData("P1Y2M3D")]
    [InlineData("P1W")]
    [InlineData("--PT1S")]
    [InlineData("00:00:30")]
    [InlineData("P99999999999D")]
    [InlineData("")]
    public void What_documents_refuse_as_a_duration_is_refused_here_too_and_named(string text)
    {
        var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TimeSpan>($"\"{text}\"", DomainJson.Options));

        Assert.StartsWith($"'{text}' is not a duration such as PT30S or P1D", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(12_345_678)]
    [InlineData(TimeSpan.TicksPerDay * 800 + 1)]
    [InlineData(TimeSpan.TicksPerDay * 31)]
    [InlineData(long.MaxValue)]
    public void Every_duration_that_is_written_is_read_again(long ticks)
    {
        var duration = TimeSpan.FromTicks(ticks);

        Assert.Equal(duration, JsonSerializer.Deserialize<TimeSpan>(JsonSerializer.Serialize(duration, DomainJson.Options), DomainJson.Options));
    }
}
