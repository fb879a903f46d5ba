using System.Diagnostics;

namespace Grimoire.Bench.Engine;

/// <summary>How long one orchestration takes that calls a great many activities at once.</summary>
internal static class FanOut
{
    public static async Task MeasureAsync(Run run)
    {
        int count = run.Settings.FanOut;
        int small = Math.Max(1, count / 10);
        await using BenchHub hub = await BenchHub.OpenAsync(run.NewFile(), StepsTasks.Register);
        await ClosedLoop.RunAsync(1, run.Settings.WarmSeconds, () => hub.RunAsync(StepsTasks.AtOnce, small, expected: small));

        var seconds = new List<double>();
        for (int i = 0; i < run.Settings.Reps; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await hub.RunAsync(StepsTasks.AtOnce, count, expected: count);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        run.Report.Add(new Figure("fan-out", $"{count:N0} activities at once", "s", seconds));
        run.Report.Add(new Figure("fan-out", $"{count:N0} activities at once, rate", "activities/s", [.. seconds.Select(s => count / s)]));
    }
}
