using System.Globalization;
using Embedded.DurableTask.CrashHost;
using Embedded.DurableTask.Store;
using Embedded.DurableTask.Tests.Support;

namespace Embedded.DurableTask.Tests.Crash;

/// <summary>A hub file in a folder of its own, the runs of the crash host on it, and what they were promised.</summary>
internal sealed class CrashedHub : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("crash-").FullName;
    int _runs;

    /// <param name="folder">Where the hub file is; null for a new folder.</param>
    public CrashedHub(string? folder = null)
    {
        File = Path.Combine(folder ?? _folder, "hub.db");
        SideEffects = Path.Combine(_folder, "side-effects.log");
    }

    public string File { get; }

    public string SideEffects { get; }

    public Claims Claims { get; } = new();

    public CrashHostProcess Start(RunMode mode, int mostStarts = 1_500, int shutdownSeconds = 20) =>
        CrashHostProcess.Start(new RunSettings(File, SideEffects, ++_runs, mode, mostStarts, shutdownSeconds), Claims);

    /// <summary>Lets everything come to its end, in a run that is not disturbed.</summary>
    public async Task DrainAsync()
    {
        await using CrashHostProcess host = Start(RunMode.Drain);
        using var file = SqliteConnection.Open(File, readOnly: true);
        try
        {
            await host.WaitForAsync(Reports.Drained);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"Not all instances end. Left over: {LeftOver(file)}", e);
        }

        await Wait.Until(() => file.ExecuteScalar("SELECT COUNT(*) FROM inbox") == 0, "an empty inbox");
        await host.StopAsync();
        Assert.Equal(string.Empty, host.Complaints);
        Assert.Equal(0, host.ExitCode);
    }

    /// <summary>How many rows a query counts, in the file of a hub that nobody has open.</summary>
    public long Count(string rows)
    {
        using var file = SqliteConnection.Open(File, readOnly: true);
        return file.ExecuteScalar(string.Create(CultureInfo.InvariantCulture, $"SELECT COUNT(*) FROM {rows}"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static string LeftOver(SqliteConnection file)
    {
        using SqliteStatement unfinished = file.Prepare("""
            SELECT id || ' (status ' || status || ', busy ' || busy
                || ', turns ' || (SELECT COUNT(*) FROM history h WHERE h.execution = i.execution)
                || ', timers ' || (SELECT COUNT(*) FROM timers t WHERE t.execution = i.execution)
                || ', inbox ' || (SELECT COUNT(*) FROM inbox m WHERE m.target = i.id) || ')'
            FROM instances i WHERE status NOT IN (1, 3, 5) LIMIT 20
            """);
        var all = new List<string>();
        while (unfinished.Step())
        {
            all.Add(unfinished.Text(0));
        }

        return string.Join(", ", all);
    }
}
