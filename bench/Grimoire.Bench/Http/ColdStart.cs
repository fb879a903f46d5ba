namespace Grimoire.Bench.Http;

/// <summary>How long it takes from the start of the process to the first answered request.</summary>
internal static class ColdStart
{
    const int Callers = 32;

    /// <summary>How many orchestrations the existing state holds.</summary>
    const int Existing = 2_000;

    static readonly (string Name, Func<AppProcess, Call> Of)[] Calls =
    [
        ("first ping answered", Call.Ping),
        ("first orchestration completed", Call.Run),
    ];

    public static async Task MeasureAsync(Run run)
    {
        string existing = run.NewFolder();
        using (AppProcess app = await AppProcess.StartAsync(existing))
        {
            using var callers = Http.Callers.Connect(app, Callers);
            await callers.RepeatAsync(Existing, Call.Run(app));
            await app.EndAsync();
        }

        foreach ((string name, Func<AppProcess, Call> call) in Calls)
        {
            // The first one pulls the program into the page cache and is not counted.
            await SecondsAsync(run.NewFolder(), call);
            var empty = new List<double>();
            var again = new List<double>();
            for (int i = 0; i < run.Settings.Reps; i++)
            {
                empty.Add(await SecondsAsync(run.NewFolder(), call));
                again.Add(await SecondsAsync(existing, call));
            }

            run.Report.Add(new Figure("cold", $"process start to {name}, no state yet", "s", empty, Target.Under(1)));
            run.Report.Add(new Figure("cold", $"process start to {name}, {Existing:N0} in the state", "s", again, Target.Under(1)));
        }
    }

    static async Task<double> SecondsAsync(string state, Func<AppProcess, Call> call)
    {
        using AppProcess app = await AppProcess.StartAsync(state);
        using var caller = Http.Callers.Connect(app, 1);
        await caller.OnceAsync(call(app));
        double seconds = app.Age.TotalSeconds;
        await app.EndAsync();
        return seconds;
    }
}
