namespace Grimoire.Bench.Http;

/// <summary>A load over HTTP.</summary>
/// <param name="Load">What the callers saw. Its CPU time is theirs.</param>
/// <param name="AppCpuMilliseconds">CPU time of the app per call.</param>
/// <param name="Calls">How many calls were made, also those that were answered when time was over.</param>
internal sealed record HttpLoad(Load Load, double AppCpuMilliseconds, int Calls)
{
    /// <summary>Reports the figures of several loads of one kind.</summary>
    public static void Report(Run run, string section, string name, string unit, List<HttpLoad> loads, Target? target = null)
    {
        void Add(string what, string unit, Func<HttpLoad, double> value, Target? target = null) =>
            run.Report.Add(new Figure(section, name + what, unit, [.. loads.Select(value)], target));

        Add(string.Empty, unit, load => load.Load.PerSecond, target);
        Add(", p50", "ms", load => load.Load.P50);
        Add(", p99", "ms", load => load.Load.P99);
        Add(", CPU time of the app each", "ms", load => load.AppCpuMilliseconds);
        Add(", CPU time of the callers each", "ms", load => load.Load.CpuMilliseconds);
    }
}
