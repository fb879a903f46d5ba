using Grimoire.Bench.Engine;

namespace Grimoire.Bench.Http;

/// <summary>How much of the engine's throughput is left to a caller over HTTP: the same orchestration in turn, here and there.</summary>
internal static class Overhead
{
    public static async Task MeasureAsync(Run run)
    {
        using AppProcess app = await AppProcess.StartAsync(run.NewFolder());
        await using BenchHub hub = await BenchHub.OpenAsync(run.NewFile(), StepsTasks.Register);
        Call call = Call.Run(app);
        await HttpCommand.WarmAsync(run, app, call);
        await ClosedLoop.RunAsync(HttpCommand.WarmCallers, run.Settings.WarmSeconds, InEngineAsync);
        foreach (int count in run.Settings.Callers)
        {
            using var callers = Callers.Connect(app, count);
            var overHttp = new List<HttpLoad>();
            var inEngine = new List<Load>();
            for (int i = 0; i < run.Settings.Reps; i++)
            {
                overHttp.Add(await callers.RunAsync(run.Settings.Seconds, call));
                inEngine.Add(await ClosedLoop.RunAsync(count, run.Settings.Seconds, InEngineAsync));
            }

            Report(run, count, overHttp, inEngine);
        }

        await app.EndAsync();

        Task InEngineAsync() => hub.RunAsync(StepsTasks.InSequence, Call.Steps, expected: Call.Steps);
    }

    static void Report(Run run, int callers, List<HttpLoad> overHttp, List<Load> inEngine)
    {
        void Add(string what, string unit, IEnumerable<double> runs, Target? target = null) =>
            run.Report.Add(new Figure("overhead", $"{Call.Steps} steps, callers: {callers}, {what}", unit, [.. runs], target));

        Add("over HTTP", "orchestrations/s", overHttp.Select(load => load.Load.PerSecond));
        Add("engine alone", "orchestrations/s", inEngine.Select(load => load.PerSecond));
        Add(
            "over HTTP against engine", "x", overHttp.Zip(inEngine, (http, engine) => http.Load.PerSecond / engine.PerSecond), Target.AtLeast(0.5));
        Add("over HTTP, CPU time of app and callers each", "ms", overHttp.Select(load => load.AppCpuMilliseconds + load.Load.CpuMilliseconds));
        Add("engine alone, CPU time each", "ms", inEngine.Select(load => load.CpuMilliseconds));
    }
}
