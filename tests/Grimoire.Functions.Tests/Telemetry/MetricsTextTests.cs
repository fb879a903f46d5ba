using System.Diagnostics.Metrics;
using Grimoire.Functions.Telemetry;
using Grimoire.Functions.Tests.Telemetry.Support;

namespace Grimoire.Functions.Tests.Telemetry;

/// <summary>What is counted comes out as Prometheus reads it.</summary>
[Trait("Row", "KZ22")]
public sealed class MetricsTextTests : IDisposable
{
    readonly MetricsCollector _collector = new();
    readonly Meter _meter = new(CastMetrics.MeterName);

    [Fact]
    public void A_counter_adds_up_by_labels_and_says_what_it_is()
    {
        var counter = _meter.CreateCounter<long>("test.things", "{thing}", "Things, a \\ and\na line.");
        counter.Add(2, new KeyValuePair<string, object?>("colour", "red"));
        counter.Add(3, new KeyValuePair<string, object?>("colour", "red"));
        counter.Add(1, new KeyValuePair<string, object?>("colour", "blue"));

        var text = _collector.Text();

        Assert.Contains("# HELP test_things_total Things, a \\\\ and\\na line.\n# TYPE test_things_total counter\n", text, StringComparison.Ordinal);
        Assert.Equal((5, 1), (Scrape.Of(text)["test_things_total{colour=\"red\"}"], Scrape.Of(text)["test_things_total{colour=\"blue\"}"]));
    }

    [Fact]
    public void A_histogram_has_cumulative_buckets_with_the_bounds_that_it_was_made_with_a_sum_and_a_count()
    {
        var histogram = _meter.CreateHistogram("test.time", "s", "", tags: null, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 2] });
        foreach (var value in (double[])[0.25, 0.5, 1, 8])
        {
            histogram.Record(value);
        }

        var scrape = Scrape.Of(_collector.Text());

        Assert.Equal(
            [("test_time_seconds_bucket{le=\"0.5\"}", 2), ("test_time_seconds_bucket{le=\"2\"}", 3), ("test_time_seconds_bucket{le=\"+Inf\"}", 4), ("test_time_seconds_sum", 9.75), ("test_time_seconds_count", 4)],
            scrape.Where(sample => sample.Key.StartsWith("test_time", StringComparison.Ordinal)).Select(sample => (sample.Key, sample.Value)));
    }

    [Fact]
    public void What_is_observed_is_what_is_now_and_what_is_gone_is_not_told_any_more()
    {
        var seen = new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 };
        _meter.CreateObservableGauge("test.level", () => seen.Select(one => new Measurement<int>(one.Value, new KeyValuePair<string, object?>("tool", one.Key))));
        var before = Scrape.Of(_collector.Text());
        seen.Remove("b");
        seen["a"] = 7;

        var now = Scrape.Of(_collector.Text());

        Assert.Equal(2, before["test_level{tool=\"b\"}"]);
        Assert.Equal(7, now["test_level{tool=\"a\"}"]);
        Assert.DoesNotContain("test_level{tool=\"b\"}", now.Keys);
    }

    [Fact]
    public void Labels_are_escaped_and_long_ones_are_told_whole()
    {
        var counter = _meter.CreateCounter<double>("test.odd");
        var longText = new string('"', 3000);
        counter.Add(0.5, new KeyValuePair<string, object?>("the.text", "a\"b\\c\nd"));
        counter.Add(1.5, new KeyValuePair<string, object?>("the.text", longText));

        var scrape = Scrape.Of(_collector.Text());

        Assert.Equal(0.5, scrape["test_odd_total{the_text=\"a\\\"b\\\\c\\nd\"}"]);
        Assert.Equal(1.5, scrape[$"test_odd_total{{the_text=\"{longText.Replace("\"", "\\\"", StringComparison.Ordinal)}\"}}"]);
    }

    [Fact]
    public void More_labels_than_anybody_can_look_at_are_told_together()
    {
        var counter = _meter.CreateCounter<long>("test.many");
        for (var i = 0; i < MetricFamily.MaxSeries + 10; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("n", i));
        }

        var scrape = Scrape.Of(_collector.Text());

        Assert.Equal(10, scrape["test_many_total{otel_metric_overflow=\"true\"}"]);
        Assert.Equal(MetricFamily.MaxSeries + 1, scrape.Keys.Count(name => name.StartsWith("test_many", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_process_tells_its_memory_threads_and_age()
    {
        using var process = new ProcessMetrics(TimeProvider.System);

        var scrape = Scrape.Of(_collector.Text());

        Assert.True(scrape["process_memory_usage_bytes"] > 1_000_000);
        Assert.True(scrape["process_thread_count"] > 1);
        Assert.InRange(scrape["process_uptime_seconds"], 0, 60);
        Assert.Contains(scrape.Keys, name => name.StartsWith("dotnet_gc_last_collection_heap_size", StringComparison.Ordinal));
    }

    [Fact]
    public void Meters_of_others_are_left_alone()
    {
        using var other = new Meter("Somebody.Else");
        other.CreateCounter<long>("test.foreign").Add(1);

        Assert.DoesNotContain("test_foreign", _collector.Text(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _meter.Dispose();
        _collector.Dispose();
    }
}
