using System.Diagnostics;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Bench.Engine;

/// <summary>What instances cost that wait for an external event, and how fast they go on when they get it.</summary>
internal static class Waiting
{
    const string Orchestrator = "WaitForGo";
    const string Event = "Go";
    const int Callers = 64;
    const int WarmCallers = 32;

    public static async Task MeasureAsync(Run run)
    {
        foreach (int count in run.Settings.Waiting)
        {
            var results = new List<Result>();
            for (int i = 0; i < run.Settings.Reps; i++)
            {
                string file = run.NewFile();
                using var child = Child.Start("waiting", file, $"{count}");
                results.Add(Result.Parse(await child.ReadAsync("waited")));
                await child.EndAsync();
                Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
            }

            Report(run, count, results);
        }
    }

    /// <summary>One process: starts them, has a look at its own memory, and lets them go.</summary>
    public static async Task RunChildAsync(string[] arguments)
    {
        var settings = new Settings();
        int count = int.Parse(arguments[1]);
        await using BenchHub hub = await BenchHub.OpenAsync(arguments[0], tasks => tasks.AddOrchestratorFunc<int, int>(
            Orchestrator, async (context, number) => number + await context.WaitForExternalEvent<int>(Event)));

        long start = Stopwatch.GetTimestamp();
        await ClosedLoop.ForEachAsync(Callers, count, i => StartAsync(hub, "wait-", i));
        double startsPerSecond = count / Stopwatch.GetElapsedTime(start).TotalSeconds;

        await Task.Delay(TimeSpan.FromSeconds(settings.SettleSeconds), TimeProvider.System);
        double resident = ResidentMemory.MiB(Environment.ProcessId);
        int waiting = await hub.CountAsync(OrchestrationRuntimeStatus.Running);
        Check.That(waiting == count, $"{count} instances should wait, and {waiting} do.");

        int warm = 0;
        await ClosedLoop.RunAsync(WarmCallers, settings.WarmSeconds, async () =>
        {
            int number = Interlocked.Increment(ref warm) - 1;
            await StartAsync(hub, "warm-", number);
            await RaiseAsync(hub, "warm-", number);
            await hub.Client.WaitForInstanceCompletionAsync($"warm-{number}");
        });

        start = Stopwatch.GetTimestamp();
        await ClosedLoop.ForEachAsync(Callers, count, i => RaiseAsync(hub, "wait-", i));
        await hub.WaitForAllAsync();
        double resumesPerSecond = count / Stopwatch.GetElapsedTime(start).TotalSeconds;

        await hub.CheckAllAsync("warm-", warm, number => number + number);
        await hub.CheckAllAsync("wait-", count, number => number + number);
        Console.WriteLine("waited " + new Result(startsPerSecond, resident, resumesPerSecond));
    }

    static async Task StartAsync(BenchHub hub, string prefix, int number)
    {
        string id = await hub.Client.ScheduleNewOrchestrationInstanceAsync(
            Orchestrator, number, new StartOrchestrationOptions($"{prefix}{number}"));
        await hub.Client.WaitForInstanceStartAsync(id);
    }

    static Task RaiseAsync(BenchHub hub, string prefix, int number) => hub.Client.RaiseEventAsync($"{prefix}{number}", Event, number);

    static void Report(Run run, int count, List<Result> results)
    {
        void Add(string what, string unit, Func<Result, double> value, Target? target = null) =>
            run.Report.Add(new Figure("waiting", $"{count:N0} {what}", unit, [.. results.Select(value)], target));

        Add("waiting: memory of the process", "MiB", result => result.ResidentMiB, count switch
        {
            2_000 => Target.Under(120),
            20_000 => Target.Under(160),
            200_000 => Target.Under(300),
            _ => null,
        });
        Add("resumed to completion", "/s", result => result.ResumesPerSecond, count == 2_000 ? Target.AtLeast(20_000) : null);
        Add("started and waiting", "/s", result => result.StartsPerSecond);
    }

    sealed record Result(double StartsPerSecond, double ResidentMiB, double ResumesPerSecond)
    {
        public static Result Parse(string text) =>
            text.Split(' ').Select(double.Parse).ToArray() is [var starts, var resident, var resumes]
                ? new Result(starts, resident, resumes)
                : throw new CheckFailedException($"A child process said '{text}'.");

        public override string ToString() => $"{StartsPerSecond:R} {ResidentMiB:R} {ResumesPerSecond:R}";
    }
}
