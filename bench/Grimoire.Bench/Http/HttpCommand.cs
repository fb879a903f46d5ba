namespace Grimoire.Bench.Http;

/// <summary>Measures a Functions app on the embedded host, called over HTTP.</summary>
internal static class HttpCommand
{
    public static Suite Suite { get; } = new(
        ("ping", Ping.MeasureAsync),
        ("start", Start.MeasureAsync),
        ("run", RunToResult.MeasureAsync),
        ("overhead", Overhead.MeasureAsync),
        ("cold", ColdStart.MeasureAsync),
        ("memory", Memory.MeasureAsync));

    /// <summary>How many callers there are before anything is measured.</summary>
    public const int WarmCallers = 32;

    /// <summary>Load before anything is measured.</summary>
    /// <returns>How many calls it was.</returns>
    public static async Task<int> WarmAsync(Run run, AppProcess app, Call call)
    {
        using var callers = Callers.Connect(app, WarmCallers);
        return (await callers.RunAsync(run.Settings.WarmSeconds, call)).Calls;
    }
}
