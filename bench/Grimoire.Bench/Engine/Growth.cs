using System.Diagnostics;

namespace Grimoire.Bench.Engine;

/// <summary>Whether a step costs the same in a long orchestration as in a short one.</summary>
internal static class Growth
{
    /// <summary>Short orchestrations are run several times in a row, until there are so many steps to be timed.</summary>
    const int StepsToTime = 2_000;

    const int WarmCallers = 4;
    const int WarmSteps = 20;

    public static async Task MeasureAsync(Run run)
    {
        await using BenchHub hub = await BenchHub.OpenAsync(run.NewFile(), StepsTasks.Register);
        await ClosedLoop.RunAsync(WarmCallers, run.Settings.WarmSeconds, () => hub.RunAsync(StepsTasks.InSequence, WarmSteps, WarmSteps));

        // All lengths in turn, so that whatever else the machine does concerns each of them.
        Dictionary<int, List<double>> perStep = run.Settings.Steps.Distinct().ToDictionary(steps => steps, _ => new List<double>());
        for (int i = 0; i < run.Settings.Reps; i++)
        {
            foreach ((int steps, List<double> runs) in perStep)
            {
                runs.Add(await MillisecondsPerStepAsync(hub, steps));
            }
        }

        foreach ((int steps, List<double> runs) in perStep)
        {
            run.Report.Add(new Figure("growth", $"one of {steps:N0} steps", "ms a step", runs, Target.AtMost(0.3)));
        }

        if (perStep.TryGetValue(5_000, out List<double>? longest))
        {
            foreach (int steps in perStep.Keys.Where(steps => steps is 10 or 100))
            {
                run.Report.Add(new Figure(
                    "growth",
                    $"a step of 5,000 against one of {steps:N0}",
                    "x",
                    [.. longest.Zip(perStep[steps], (many, few) => many / few)],
                    steps == 10 ? Target.AtMost(1.3) : null));
            }
        }
    }

    static async Task<double> MillisecondsPerStepAsync(BenchHub hub, int steps)
    {
        int times = Math.Max(1, StepsToTime / steps);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
        {
            await hub.RunAsync(StepsTasks.InSequence, steps, expected: steps);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / (times * steps);
    }
}
