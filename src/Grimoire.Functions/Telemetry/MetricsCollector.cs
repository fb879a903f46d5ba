using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Grimoire.Functions.Telemetry;

/// <summary>Adds up what the meters of this process tell, from its start on, and shows it as Prometheus reads it (text format 0.0.4).</summary>
public sealed class MetricsCollector : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The app's own, the runtime's, and those of the hosts, as far as they have any.</summary>
    internal static readonly IReadOnlySet<string> Meters = new HashSet<string>(StringComparer.Ordinal)
    {
        CastMetrics.MeterName, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.DurableTask", "Microsoft.Azure.Functions.Worker",
    };

    readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    readonly MeterListener _listener = new();
    readonly Lock _asking = new();

    public MetricsCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument.Name, static (_, instrument) => new MetricFamily(instrument), instrument));
            }
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Take(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => ((MetricFamily)family!).Take(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Take(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Take(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => ((MetricFamily)family!).Take(value, tags));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => ((MetricFamily)family!).Take(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, family) => ((MetricFamily)family!).Take((double)value, tags));
        _listener.Start();
    }

    public string Text()
    {
        var text = new StringBuilder(16 * 1024);

        // Two who ask at once would each see half of what is observed.
        lock (_asking)
        {
            foreach (var family in _families.Values.Where(family => family.IsObservable))
            {
                family.Forget();
            }

            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
            {
                Write(text, family);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    static void Write(StringBuilder text, MetricFamily family)
    {
        var series = family.Series.ToList();
        if (series.Count == 0)
        {
            return;
        }

        var help = family.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        var type = family.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        };
        text.Append("# HELP ").Append(family.Name).Append(' ').Append(help).Append('\n')
            .Append("# TYPE ").Append(family.Name).Append(' ').Append(type).Append('\n');
        foreach (var (labels, one) in series)
        {
            var (value, counts) = one.Read();
            if (family.Kind != MetricKind.Histogram)
            {
                Line(text, family.Name, labels, value);
                continue;
            }

            var count = 0L;
            for (var bucket = 0; bucket < counts.Length; bucket++)
            {
                count += counts[bucket];
                var bound = bucket < family.Bounds.Count ? Number(family.Bounds[bucket]) : "+Inf";
                Line(text, family.Name + "_bucket", labels.Length == 0 ? $"le=\"{bound}\"" : $"{labels},le=\"{bound}\"", count);
            }

            Line(text, family.Name + "_sum", labels, value);
            Line(text, family.Name + "_count", labels, count);
        }
    }

    static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
