using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Grimoire.Functions.Telemetry;

/// <summary>How the process is. What the runtime tells of itself (garbage collection, thread pool, exceptions) is in its own meter, "System.Runtime".</summary>
sealed class ProcessMetrics : IDisposable
{
    readonly Meter _meter = new(CastMetrics.MeterName);

    public ProcessMetrics(TimeProvider time)
    {
        var began = time.GetTimestamp();
        _meter.CreateObservableGauge("process.uptime", () => time.GetElapsedTime(began).TotalSeconds, "s", "Since the app has started.");
        _meter.CreateObservableGauge("process.memory.usage", () => Environment.WorkingSet, "By", "Memory in use by the process, as the operating system counts it.");
        _meter.CreateObservableGauge("process.thread.count", Threads, "{thread}", "Threads of the process.");
    }

    public void Dispose() => _meter.Dispose();

    static long Threads()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }
}
