using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Grimoire.Functions.Tests.Telemetry.Support;

/// <summary>What the meter "Grimoire" is told from the test that has made this, and from nobody else.</summary>
sealed class Counted : IDisposable
{
    static readonly AsyncLocal<Counted?> Current = new();

    readonly MeterListener _listener = new();
    readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _told = new();

    public Counted()
    {
        Current.Value = this;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == CastMetrics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The sum of what an instrument was told with these tags.</summary>
    public double Of(string instrument, params (string Name, object Value)[] tags) =>
        _told.Where(one => one.Name == instrument && tags.All(tag => Equals(one.Tags.GetValueOrDefault(tag.Name), tag.Value))).Sum(one => one.Value);

    /// <summary>Everything that tags say.</summary>
    public IEnumerable<string> TagValues => _told.SelectMany(one => one.Tags.Values).Select(value => value?.ToString() ?? "");

    public void Dispose() => _listener.Dispose();

    void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Current.Value == this)
        {
            _told.Enqueue((instrument.Name, value, new Dictionary<string, object?>([.. tags])));
        }
    }
}
