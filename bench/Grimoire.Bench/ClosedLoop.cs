using System.Diagnostics;

namespace Grimoire.Bench;

/// <summary>Load by callers of whom each waits for an answer before it asks again.</summary>
internal static class ClosedLoop
{
    public static Task<Load> RunAsync(int callers, double seconds, Func<Task> one) => RunAsync(callers, seconds, _ => one());

    /// <param name="one">Gets the number of the caller, from 0.</param>
    public static async Task<Load> RunAsync(int callers, double seconds, Func<int, Task> one)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        List<double>[] latencies = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(caller))));
        cpu = Environment.CpuUsage.TotalTime - cpu;

        double[] inTime = [.. latencies.SelectMany(l => l)];
        Check.That(inTime.Length > 0, $"Nothing was done within {seconds} seconds.");
        return new Load(
            inTime.Length / seconds,
            Statistics.Percentile(inTime, 0.5),
            Statistics.Percentile(inTime, 0.99),
            cpu.TotalMilliseconds / inTime.Length);

        // What ends after the time is over does not count.
        async Task<List<double>> CallAsync(int caller)
        {
            var done = new List<double>();
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
            {
                long begin = Stopwatch.GetTimestamp();
                await one(caller);
                if (Stopwatch.GetElapsedTime(start).TotalSeconds <= seconds)
                {
                    done.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
                }
            }

            return done;
        }
    }

    /// <summary>Does all of it once, with so many callers at the same time.</summary>
    public static Task ForEachAsync(int callers, int count, Func<int, Task> one) => Parallel.ForEachAsync(
        Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = callers },
        async (i, _) => await one(i));
}

/// <param name="PerSecond">Answers a second.</param>
/// <param name="P50">Milliseconds that half of the callers waited at most.</param>
/// <param name="P99">Milliseconds that 99 of 100 callers waited at most.</param>
/// <param name="CpuMilliseconds">CPU time of the whole process per answer.</param>
internal sealed record Load(double PerSecond, double P50, double P99, double CpuMilliseconds);
