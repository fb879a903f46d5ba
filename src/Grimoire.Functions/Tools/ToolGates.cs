using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Grimoire.Tools;

namespace Grimoire.Functions.Tools;

/// <summary>The gates of all tools in use: one for each account, tool, and set of limits.</summary>
sealed class ToolGates : IDisposable
{
    readonly ConcurrentDictionary<(string Account, string Tool, GateLimits Limits), ToolGate> _gates = new();
    readonly Meter _meter = new(CastMetrics.MeterName);
    readonly ToolsOptions _options;
    readonly TimeProvider _time;

    public ToolGates(ToolsOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _meter.CreateObservableGauge(
            "grimoire.tool.breaker.state",
            () => Breakers().Select(breaker => new Measurement<int>((int)breaker.Value, new KeyValuePair<string, object?>("tool", breaker.Key))),
            "{state}",
            "Circuit breakers by tool, the worst of its accounts: 0 closed, 1 half-open, 2 open.");
    }

    /// <summary>By tool: the worst that any account sees of it.</summary>
    public IReadOnlyDictionary<string, BreakerState> Breakers() =>
        _gates.Values.GroupBy(gate => gate.Tool, StringComparer.Ordinal).ToDictionary(gates => gates.Key, gates => gates.Max(gate => gate.Breaker), StringComparer.Ordinal);

    public ToolGate For(string account, ToolDefinition tool)
    {
        var limits = new GateLimits(
            Math.Max(1, tool.Limits.Concurrency ?? _options.DefaultConcurrency),
            Math.Max(2, tool.Limits.BreakerFailures ?? _options.BreakerFailures),
            _options.BreakerWindow,
            // The range that the breaker takes.
            Clamp(tool.Limits.BreakerOpen ?? _options.BreakerOpen, TimeSpan.FromMilliseconds(500), TimeSpan.FromHours(24)));
        return _gates.GetOrAdd((account, tool.Id, limits), static (key, time) => new ToolGate(key.Tool, key.Limits, time), _time);
    }

    public void Dispose()
    {
        _meter.Dispose();
        foreach (var gate in _gates.Values)
        {
            gate.Dispose();
        }
    }

    static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;
}
