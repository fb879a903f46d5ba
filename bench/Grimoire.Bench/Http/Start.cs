using System.Diagnostics;

namespace Grimoire.Bench.Http;

/// <summary>How many orchestrations a second can be started over HTTP: a 202 is an instance that is on disk.</summary>
internal static class Start
{
    public static async Task MeasureAsync(Run run)
    {
        using AppProcess app = await AppProcess.StartAsync(run.NewFolder());
        Call start = Call.Start(app);
        int started = await HttpCommand.WarmAsync(run, app, start);
        foreach (int count in run.Settings.Callers)
        {
            using var callers = Callers.Connect(app, count);
            await Instances.WaitForAllAsync(app, callers);
            var loads = new List<HttpLoad>();
            var completed = new List<double>();
            for (int i = 0; i < run.Settings.Reps; i++)
            {
                long begin = Stopwatch.GetTimestamp();
                loads.Add(await callers.RunAsync(run.Settings.Seconds, start));
                await Instances.WaitForAllAsync(app, callers);
                completed.Add(loads[^1].Calls / Stopwatch.GetElapsedTime(begin).TotalSeconds);
                started += loads[^1].Calls;
            }

            string name = $"{Call.Steps} steps started (202), callers: {count}";
            HttpLoad.Report(run, "start", name, "starts/s", loads);
            run.Report.Add(new Figure("start", $"{name}, until all have completed", "orchestrations/s", completed));
        }

        await Instances.CheckCompletedAsync(app, started);
        await app.EndAsync();
    }
}
