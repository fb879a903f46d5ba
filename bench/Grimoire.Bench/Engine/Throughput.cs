using Microsoft.DurableTask.Client;

namespace Grimoire.Bench.Engine;

/// <summary>How many orchestrations of 5 steps it runs in a second, and how long a caller waits for one.</summary>
internal static class Throughput
{
    const int Steps = 5;
    const int WarmCallers = 32;

    public static async Task MeasureAsync(Run run)
    {
        int called = 0;
        await using BenchHub hub = await BenchHub.OpenAsync(run.NewFile(), StepsTasks.Register);
        await ClosedLoop.RunAsync(WarmCallers, run.Settings.WarmSeconds, OneAsync);
        foreach (int callers in run.Settings.Callers)
        {
            var loads = new List<Load>();
            for (int i = 0; i < run.Settings.Reps; i++)
            {
                loads.Add(await ClosedLoop.RunAsync(callers, run.Settings.Seconds, OneAsync));
            }

            Report(run, callers, loads);
        }

        int completed = await hub.CountAsync(OrchestrationRuntimeStatus.Completed);
        int all = await hub.CountAsync();
        Check.That(completed == called && all == called, $"{called} orchestrations were run; {all} are stored, {completed} of them completed.");

        Task OneAsync()
        {
            Interlocked.Increment(ref called);
            return hub.RunAsync(StepsTasks.InSequence, Steps, expected: Steps);
        }
    }

    static void Report(Run run, int callers, List<Load> loads)
    {
        void Add(string what, string unit, Func<Load, double> value, Target? target = null) => run.Report.Add(new Figure(
            "throughput", $"{Steps} steps, callers: {callers}{what}", unit, [.. loads.Select(value)], target));

        Add(string.Empty, "orchestrations/s", load => load.PerSecond, callers switch
        {
            1 => Target.AtLeast(400),
            32 => Target.AtLeast(4_000),
            128 => Target.AtLeast(5_000),
            _ => null,
        });
        Add(", p50", "ms", load => load.P50, callers == 1 ? Target.Under(2.5) : null);
        Add(", p99", "ms", load => load.P99);
        Add(", CPU time each", "ms", load => load.CpuMilliseconds);
    }
}
