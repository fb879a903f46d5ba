using Embedded.DurableTask.CrashHost;

namespace Embedded.DurableTask.Tests.Crash;

/// <summary>A full disk is told to those who want something stored, and is over when there is space again.</summary>
[Collection(CrashTests.Name)]
public sealed class DiskFullTests
{
    [Fact]
    [Trait("Row", "KZ15")]
    public async Task A_full_disk_is_an_error_for_callers_and_everything_goes_on_when_space_comes_back()
    {
        using ISmallDisk disk = SmallDisk();
        await FillAndFreeAsync(disk);
    }

    [Fact]
    [Trait("Row", "KZ15")]
    public async Task A_file_that_may_not_grow_is_an_error_for_callers_and_everything_goes_on_when_it_may_again()
    {
        using ISmallDisk disk = LimitFileSizes();
        await FillAndFreeAsync(disk);
    }

    [Fact]
    public async Task A_process_that_is_killed_and_started_again_on_a_full_disk_loses_nothing()
    {
        using ISmallDisk disk = SmallDisk();
        using var hub = new CrashedHub(disk.Folder);
        await using (CrashHostProcess host = hub.Start(RunMode.Load, mostStarts: int.MaxValue))
        {
            await host.WaitForAsync(Reports.Start, 300);
            disk.Fill(host);
            await host.WaitForAsync(Reports.Refused, 20);
            await host.KillAsync();
        }

        await using (CrashHostProcess again = hub.Start(RunMode.Load))
        {
            // Whether it can start depends on what space is left in its log; if not, it must say why.
            Task started = again.WaitForAsync(Reports.Recovered);
            await Task.WhenAny(started, again.EndAsync());
            if (again.HasExited)
            {
                await Assert.ThrowsAsync<InvalidOperationException>(() => started);
                Assert.NotEqual(0, again.ExitCode);
                Assert.Contains($"disk is full ({hub.File}", again.Complaints);
            }

            await again.KillAsync();
            disk.Free(again);
        }

        await hub.DrainAsync();
        await Verdict.CheckAsync(hub);
    }

    [Fact]
    public async Task A_stop_on_a_full_disk_ends_by_itself_and_loses_nothing()
    {
        using ISmallDisk disk = SmallDisk();
        using var hub = new CrashedHub(disk.Folder);
        await using (CrashHostProcess host = hub.Start(RunMode.Load, mostStarts: int.MaxValue, shutdownSeconds: 600))
        {
            await host.WaitForAsync(Reports.Start, 300);
            disk.Fill(host);
            await host.WaitForAsync(Reports.Refused, 20);
            await host.StopAsync();
            Assert.Equal(0, host.ExitCode);
            disk.Free(host);
        }

        await hub.DrainAsync();
        await Verdict.CheckAsync(hub);
    }

    static async Task FillAndFreeAsync(ISmallDisk disk)
    {
        using var hub = new CrashedHub(disk.Folder);
        await using (CrashHostProcess host = hub.Start(RunMode.Load, mostStarts: int.MaxValue))
        {
            await host.WaitForAsync(Reports.Start, 300);
            for (int time = 0; time < 3; time++)
            {
                disk.Fill(host);
                await host.WaitForAsync(Reports.Refused, 50);
                Assert.False(host.HasExited, host.Complaints);
                disk.Free(host);
                await host.WaitForAsync(Reports.Start, 100);
            }

            await host.StopAsync();
            Assert.Equal(0, host.ExitCode);
        }

        Assert.True(hub.Claims.Refused.Count >= 150);
        Assert.All(hub.Claims.Refused, line => Assert.Contains("SQLite error", line));
        await hub.DrainAsync();
        await Verdict.CheckAsync(hub);
    }

    static ISmallDisk SmallDisk() => TmpfsDisk.TryMount("48m") is { } disk ? disk : LimitFileSizes();

    static FileSizeLimit LimitFileSizes()
    {
        Assert.True(
            FileSizeLimit.IsPossible,
            "A full disk cannot be made on this machine: it takes Linux, with the right to mount a tmpfs or to set a limit for the size of files.");
        return new FileSizeLimit();
    }
}
