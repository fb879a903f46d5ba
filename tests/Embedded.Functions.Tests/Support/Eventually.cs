namespace Embedded.Functions.Tests.Support;

/// <summary>Waits on conditions that nothing reports, with a limit so generous that only a hang reaches it.</summary>
internal static class Eventually
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until what is seen is as wanted.</summary>
    /// <param name="look">Takes one look.</param>
    /// <param name="wanted">What is waited for.</param>
    /// <param name="process">Whose output tells why it did not come.</param>
    public static async Task<T> SeeAsync<T>(Func<Task<T>> look, Func<T, bool> wanted, AppProcess process)
    {
        using var patience = new CancellationTokenSource(AppProcess.Patience);
        while (true)
        {
            T seen = await look();
            if (wanted(seen))
            {
                return seen;
            }

            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"What is waited for does not come. Last seen: {seen}\nThe app said:\n{process.Output}");
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }
}
