namespace Grimoire.Bench.Engine;

/// <summary>How long it takes from the start of the process to the first completed orchestration.</summary>
internal static class ColdStart
{
    const int Steps = 5;
    const int Callers = 32;

    /// <summary>How many orchestrations the existing file holds.</summary>
    const int Existing = 2_000;

    public static async Task MeasureAsync(Run run)
    {
        string existing = run.NewFile();
        await using (BenchHub hub = await BenchHub.OpenAsync(existing, StepsTasks.Register))
        {
            await ClosedLoop.ForEachAsync(Callers, Existing, _ => hub.RunAsync(StepsTasks.InSequence, Steps, expected: Steps));
        }

        // The first one pulls the program into the page cache and is not counted.
        await SecondsAsync(run.NewFile());
        var empty = new List<double>();
        var again = new List<double>();
        for (int i = 0; i < run.Settings.Reps; i++)
        {
            empty.Add(await SecondsAsync(run.NewFile()));
            again.Add(await SecondsAsync(existing));
        }

        run.Report.Add(new Figure("cold", "process start to first completed, no file yet", "s", empty, Target.Under(0.5)));
        run.Report.Add(new Figure("cold", $"process start to first completed, {Existing:N0} in the file", "s", again, Target.Under(0.5)));
    }

    public static async Task RunChildAsync(string[] arguments)
    {
        await using BenchHub hub = await BenchHub.OpenAsync(arguments[0], StepsTasks.Register);
        await hub.RunAsync(StepsTasks.InSequence, Steps, expected: Steps);
        Console.WriteLine("completed one");
    }

    static async Task<double> SecondsAsync(string file)
    {
        using var child = Child.Start("cold", file);
        await child.ReadAsync("completed");
        double seconds = child.Age.TotalSeconds;
        await child.EndAsync();
        return seconds;
    }
}
