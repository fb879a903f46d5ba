using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Grimoire.Functions.Telemetry;

enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>All that instruments of one name have told: a series for each set of labels.</summary>
sealed class MetricFamily
{
    /// <summary>What comes in more labels than this is told together, so that no caller can fill the memory.</summary>
    public const int MaxSeries = 2000;

    const string Overflow = "otel_metric_overflow=\"true\"";

    static readonly IReadOnlyList<double> DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    readonly ConcurrentDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, MetricSeries>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    readonly IReadOnlyList<double> _bounds;
    readonly Func<string, MetricSeries> _create;

    public MetricFamily(Instrument instrument)
    {
        _lookup = _series.GetAlternateLookup<ReadOnlySpan<char>>();
        Kind = KindOf(instrument);
        IsObservable = instrument.IsObservable;
        Name = PrometheusNames.Of(instrument, Kind);
        Help = instrument.Description ?? "";
        _bounds = Kind == MetricKind.Histogram ? BoundsOf(instrument) : [];
        _create = _ => new MetricSeries(_bounds);
    }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    /// <summary>It is asked for what is, and does not tell what happens.</summary>
    public bool IsObservable { get; }

    public IReadOnlyList<double> Bounds => _bounds;

    public IEnumerable<(string Labels, MetricSeries Series)> Series => _series.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value));

    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Span<char> buffer = stackalloc char[512];
        ReadOnlySpan<char> labels = PrometheusNames.TryLabels(tags, buffer, out var length) ? buffer[..length] : PrometheusNames.Labels(tags);
        if (!_lookup.TryGetValue(labels, out var series))
        {
            series = _series.GetOrAdd(_series.Count < MaxSeries ? labels.ToString() : Overflow, _create);
        }

        if (Kind == MetricKind.Histogram)
        {
            series.Observe(value, _bounds);
        }
        else if (IsObservable)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <summary>Before it is asked anew: what is no more is not told any more.</summary>
    public void Forget() => _series.Clear();

    static IReadOnlyList<double> BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => bounds,
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => DefaultBounds,
    };

    static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        var open = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return open == typeof(Histogram<>) ? MetricKind.Histogram
            : open == typeof(Counter<>) || open == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
    }
}

/// <summary>What was told under one set of labels.</summary>
sealed class MetricSeries(IReadOnlyList<double> bounds)
{
    readonly Lock _lock = new();
    readonly long[] _counts = new long[bounds.Count + 1];
    double _value;

    public void Add(double value)
    {
        lock (_lock)
        {
            _value += value;
        }
    }

    public void Set(double value)
    {
        lock (_lock)
        {
            _value = value;
        }
    }

    public void Observe(double value, IReadOnlyList<double> bounds)
    {
        var bucket = 0;
        while (bucket < bounds.Count && value > bounds[bucket])
        {
            bucket++;
        }

        lock (_lock)
        {
            _counts[bucket]++;
            _value += value;
        }
    }

    /// <summary>The value, or of a histogram the sum of all; and how many were in each bucket, the last of which has no bound.</summary>
    public (double Value, long[] Counts) Read()
    {
        lock (_lock)
        {
            return (_value, [.. _counts]);
        }
    }
}
