using System.Collections.Concurrent;
using Grimoire.Tools;

namespace Grimoire.Functions.Tools;

/// <summary>The gates of all tools in use: one for each account, tool, and set of limits.</summary>
sealed class ToolGates(ToolsOptions options, TimeProvider time) : IDisposable
{
    readonly ConcurrentDictionary<(string Account, string Tool, GateLimits Limits), ToolGate> _gates = new();

    public ToolGate For(string account, ToolDefinition tool)
    {
        var limits = new GateLimits(
            Math.Max(1, tool.Limits.Concurrency ?? options.DefaultConcurrency),
            Math.Max(2, tool.Limits.BreakerFailures ?? options.BreakerFailures),
            options.BreakerWindow,
            // The range that the breaker takes.
            Clamp(tool.Limits.BreakerOpen ?? options.BreakerOpen, TimeSpan.FromMilliseconds(500), TimeSpan.FromHours(24)));
        return _gates.GetOrAdd((account, tool.Id, limits), static (key, time) => new ToolGate(key.Tool, key.Limits, time), time);
    }

    public void Dispose()
    {
        foreach (var gate in _gates.Values)
        {
            gate.Dispose();
        }
    }

    static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;
}
