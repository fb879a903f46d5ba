using Embedded.DurableTask.CrashHost;

namespace Embedded.DurableTask.Tests.Crash;

/// <summary>One file, one process.</summary>
[Collection(CrashTests.Name)]
public sealed class SecondProcessTests
{
    [Fact]
    public async Task A_second_process_is_refused_with_the_name_of_the_file_and_the_first_goes_on()
    {
        using var hub = new CrashedHub();
        await using CrashHostProcess first = hub.Start(RunMode.Load);
        await first.WaitForAsync(Reports.Recovered);

        await using CrashHostProcess second = hub.Start(RunMode.Load);
        await second.EndAsync();

        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains($"'{hub.File}' is in use by another process", second.Complaints);
        await first.WaitForAsync(Reports.Start);
        Assert.Equal(string.Empty, first.Complaints);
        await first.StopAsync();
        await hub.DrainAsync();
        await Verdict.CheckAsync(hub);
    }

    [Fact]
    public async Task The_file_is_free_as_soon_as_its_process_is_dead()
    {
        using var hub = new CrashedHub();
        await using (CrashHostProcess first = hub.Start(RunMode.Load))
        {
            await first.WaitForAsync(Reports.Start);
            await first.KillAsync();
        }

        await using CrashHostProcess second = hub.Start(RunMode.Load);

        await second.WaitForAsync(Reports.Recovered);
    }
}
