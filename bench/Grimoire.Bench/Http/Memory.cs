namespace Grimoire.Bench.Http;

/// <summary>What the app's process takes of memory, at rest and with instances that were started over HTTP and wait for an event.</summary>
internal static class Memory
{
    const int Waiting = 2_000;
    const int Callers = 64;

    public static async Task MeasureAsync(Run run)
    {
        TimeSpan settle = TimeSpan.FromSeconds(run.Settings.SettleSeconds);
        var atRest = new List<double>();
        var waiting = new List<double>();
        for (int i = 0; i < run.Settings.Reps; i++)
        {
            using AppProcess app = await AppProcess.StartAsync(run.NewFolder());
            using var callers = Http.Callers.Connect(app, Callers);
            await callers.OnceAsync(Call.Ping(app));
            await Task.Delay(settle, TimeProvider.System);
            atRest.Add(app.ResidentMiB);

            await callers.RepeatAsync(Waiting, Call.Wait(app));
            await Instances.WaitUntilAsync(app, callers, "Running", Waiting);
            await Task.Delay(settle, TimeProvider.System);
            waiting.Add(app.ResidentMiB);
            await app.EndAsync();
        }

        run.Report.Add(new Figure("memory", "memory of the app after its first answer", "MiB", atRest));
        run.Report.Add(new Figure("memory", $"memory of the app, {Waiting:N0} started over HTTP and waiting", "MiB", waiting));
    }
}
