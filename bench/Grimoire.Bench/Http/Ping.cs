namespace Grimoire.Bench.Http;

/// <summary>What the host costs without the engine, and what two kinds of callers cost.</summary>
internal static class Ping
{
    static readonly (string Name, Func<Uri, ICaller> Connect)[] Kinds =
    [
        ("sockets", SocketCaller.Connect),
        ("HttpClient", HttpClientCaller.Connect),
    ];

    public static async Task MeasureAsync(Run run)
    {
        using AppProcess app = await AppProcess.StartAsync(run.NewFolder());
        Call ping = Call.Ping(app);
        await HttpCommand.WarmAsync(run, app, ping);
        foreach (int count in run.Settings.Callers)
        {
            foreach ((string kind, Func<Uri, ICaller> connect) in Kinds)
            {
                using var callers = Callers.Connect(app, count, connect);
                var loads = new List<HttpLoad>();
                for (int i = 0; i < run.Settings.Reps; i++)
                {
                    loads.Add(await callers.RunAsync(run.Settings.Seconds, ping));
                }

                HttpLoad.Report(run, "ping", $"ping, callers by {kind}: {count}", "answers/s", loads);
            }
        }

        await app.EndAsync();
    }
}
