using System.Diagnostics;

namespace Grimoire.Bench.Casts;

/// <summary>Measures whole casts, from the request to the last event, over HTTP.</summary>
internal static class CastsCommand
{
    /// <summary>Where the storage account is that is measured beside files; without it only files are.</summary>
    public const string StorageVariable = "GRIMOIRE_AZURITE";

    const int WarmCallers = 8;

    public static Suite Suite { get; } = new(
        ("files", run => ThroughputAsync(run, "files", "")),
        ("blobs", BlobsAsync),
        ("growth", GrowthAsync),
        ("resume", Callbacks.ResumeAsync),
        ("waiting", Callbacks.WaitingAsync),
        ("cooks", Cooks.RunAsync),
        ("list", Lists.RunAsync));

    static Task BlobsAsync(Run run)
    {
        if (Environment.GetEnvironmentVariable(StorageVariable) is { Length: > 0 } connection)
        {
            return ThroughputAsync(run, "blobs", connection);
        }

        Console.Error.WriteLine($"  not measured: {StorageVariable} is not set.");
        return Task.CompletedTask;
    }

    /// <summary>How many casts of five steps that do nothing come to their end in a second.</summary>
    static async Task ThroughputAsync(Run run, string section, string connection)
    {
        const int steps = 5;
        const string slug = "five";
        using CastApp app = await CastApp.StartAsync(run.NewFolder(), connection);
        await app.SaveAsync(slug, steps);
        await ClosedLoop.RunAsync(WarmCallers, run.Settings.WarmSeconds, () => app.CastAsync(slug));
        foreach (int callers in run.Settings.Callers)
        {
            var loads = new List<(Load Load, double Cpu)>();
            for (int i = 0; i < run.Settings.Reps; i++)
            {
                TimeSpan cpu = app.CpuTime;
                Load load = await ClosedLoop.RunAsync(callers, run.Settings.Seconds, () => app.CastAsync(slug));
                loads.Add((load, (app.CpuTime - cpu).TotalMilliseconds / (load.PerSecond * run.Settings.Seconds)));
            }

            void Add(string what, string unit, Func<(Load Load, double Cpu), double> value) =>
                run.Report.Add(new Figure(section, $"casts of {steps} steps, callers: {callers}{what}", unit, [.. loads.Select(value)]));
            Add("", "casts/s", load => load.Load.PerSecond);
            Add(", p50", "ms", load => load.Load.P50);
            Add(", p99", "ms", load => load.Load.P99);
            Add(", CPU time of the app each", "ms", load => load.Cpu);
        }

        await app.EndAsync();
    }

    /// <summary>Whether a step of a long spell takes longer than one of a short spell.</summary>
    static async Task GrowthAsync(Run run)
    {
        using CastApp app = await CastApp.StartAsync(run.NewFolder(), "");
        int[] lengths = [10, 100, 500];
        foreach (int steps in lengths)
        {
            await app.SaveAsync($"steps-{steps}", steps);
        }

        await app.CastAsync("steps-100");
        foreach (int steps in lengths)
        {
            var times = new List<double>();
            for (int i = 0; i < run.Settings.Reps; i++)
            {
                long begin = Stopwatch.GetTimestamp();
                await app.CastAsync($"steps-{steps}");
                times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds / steps);
            }

            run.Report.Add(new Figure("growth", $"a step of a cast of {steps}", "ms", times));
        }

        await app.EndAsync();
    }
}
