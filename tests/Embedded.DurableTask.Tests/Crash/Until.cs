namespace Embedded.DurableTask.Tests.Crash;

/// <summary>Waits for what another process brings about, and what therefore can only be looked for again and again.</summary>
internal static class Until
{
    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(CrashHostProcess.Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, $"It never came about that {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }
}
