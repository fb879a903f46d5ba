namespace Grimoire.Bench.Http;

/// <summary>How many orchestrations a second can be started and waited for over HTTP: what one would ask of any engine behind a server.</summary>
internal static class RunToResult
{
    public static async Task MeasureAsync(Run run)
    {
        using AppProcess app = await AppProcess.StartAsync(run.NewFolder());
        Call call = Call.Run(app);
        int called = await HttpCommand.WarmAsync(run, app, call);
        foreach (int count in run.Settings.Callers)
        {
            using var callers = Callers.Connect(app, count);
            var loads = new List<HttpLoad>();
            for (int i = 0; i < run.Settings.Reps; i++)
            {
                loads.Add(await callers.RunAsync(run.Settings.Seconds, call));
            }

            called += loads.Sum(load => load.Calls);
            HttpLoad.Report(
                run, "run", $"{Call.Steps} steps started and waited for, callers: {count}", "orchestrations/s", loads, TargetFor(count));
        }

        await Instances.CheckCompletedAsync(app, called);
        await app.EndAsync();
    }

    static Target? TargetFor(int callers) => callers switch
    {
        1 => Target.AtLeast(300),
        32 => Target.AtLeast(2_500),
        128 => Target.AtLeast(3_000),
        _ => null,
    };
}
