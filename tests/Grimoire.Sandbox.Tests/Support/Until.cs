using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests.Support;

/// <summary>Waits for something that another process brings about.</summary>
internal static class Until
{
    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(SandboxProcess.Patience);
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        }
    }
}
