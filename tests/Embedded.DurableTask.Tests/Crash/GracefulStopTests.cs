using Embedded.DurableTask.CrashHost;

namespace Embedded.DurableTask.Tests.Crash;

/// <summary>SIGTERM: what can be finished is, what cannot is abandoned, and either way the process ends in time.</summary>
[Collection(CrashTests.Name)]
public sealed class GracefulStopTests
{
    [Fact]
    public async Task A_stop_under_load_ends_by_itself_and_loses_nothing()
    {
        using var hub = new CrashedHub();
        for (int stop = 0; stop < 3; stop++)
        {
            // A timeout that outlasts the patience of the test: nothing may need to be abandoned.
            await using CrashHostProcess host = hub.Start(RunMode.Load, shutdownSeconds: 600);
            await host.WaitForAsync(Reports.Start, 200);
            await host.StopAsync();
            Assert.Equal(0, host.ExitCode);
            Assert.Equal(string.Empty, host.Complaints);
        }

        await hub.DrainAsync();
        await Verdict.CheckAsync(hub);
    }

    [Fact]
    [Trait("Row", "KZ03")]
    public async Task A_hanging_activity_is_abandoned_at_the_shutdown_timeout_and_runs_again_at_the_next_start()
    {
        using var hub = new CrashedHub();
        await using (CrashHostProcess host = hub.Start(RunMode.Hang, shutdownSeconds: 1))
        {
            await host.WaitForAsync(Reports.Hanging);
            await host.StopAsync();
            Assert.Equal(0, host.ExitCode);
            Assert.Contains("The worker stops although 1 activities are still running; they will be run again.", host.Complaints);
        }

        Assert.Single(File.ReadLines(hub.SideEffects));
        Assert.Equal(1, hub.Count("instances WHERE busy"));

        await hub.DrainAsync();

        Assert.Equal(["Hang-1-1/0#1.0", "Hang-1-1/0#2.0"], File.ReadLines(hub.SideEffects));
        await Verdict.CheckAsync(hub);
    }
}
