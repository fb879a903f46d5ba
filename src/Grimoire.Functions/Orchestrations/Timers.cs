using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>How orchestrations wait for a time, and stop waiting.</summary>
static class Timers
{
    /// <summary>Cancels in this thread: CancelAsync goes on in another one, which no orchestration may.</summary>
    public static void CancelHere(this CancellationTokenSource source)
    {
#pragma warning disable CA1849
        source.Cancel();
#pragma warning restore CA1849
    }

    /// <summary>False if something else has come before the time is over.</summary>
    public static async Task<bool> PauseAsync(this TaskOrchestrationContext context, TimeSpan pause, Task other)
    {
        using var enough = new CancellationTokenSource();
        var timer = context.CreateTimer(context.CurrentUtcDateTime + pause, enough.Token);
        if (await Task.WhenAny(other, timer) == timer)
        {
            return true;
        }

        enough.CancelHere();
        return false;
    }
}
