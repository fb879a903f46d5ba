using System.Diagnostics;

namespace Grimoire.Bench.Http;

/// <summary>Asks the app about its instances.</summary>
internal static class Instances
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until everything has ended.</summary>
    public static async Task WaitForAllAsync(AppProcess app, Callers callers)
    {
        await WaitUntilAsync(app, callers, "Pending", 0);
        await WaitUntilAsync(app, callers, "Running", 0);
    }

    public static async Task WaitUntilAsync(AppProcess app, Callers callers, string status, int count)
    {
        long begin = Stopwatch.GetTimestamp();
        Call ask = Call.Count(app, status);
        while (await CountAsync(callers, ask) is int found && found != count)
        {
            Check.That(Stopwatch.GetElapsedTime(begin) < Patience, $"{found} instances are {status} after {Patience}; it should be {count}.");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    public static async Task CheckCompletedAsync(AppProcess app, int count)
    {
        using var caller = Callers.Connect(app, 1);
        int completed = await CountAsync(caller, Call.Count(app, "Completed"));
        Check.That(completed == count, $"{count} orchestrations were started, and {completed} are stored as completed.");
    }

    static async Task<int> CountAsync(Callers callers, Call ask) => int.Parse(await callers.OnceAsync(ask));
}
