using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests.FirstMinutes;

/// <summary>A bash that runs, what it says, and what it leaves behind.</summary>
internal sealed class ScriptRun : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    readonly ConcurrentQueue<string> _lines = new();
    readonly Process _process;

    ScriptRun(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The checkout that this is a test of.</summary>
    public static string Checkout { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    public string Said => string.Join('\n', _lines);

    /// <summary>Starts bash without any settings of the app but these.</summary>
    public static ScriptRun Of(string folder, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        // A process group of its own, as a terminal gives it: Ctrl-C reaches all that is in it.
        var start = new ProcessStartInfo("setsid", ["bash", .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string variable in start.Environment.Keys.Where(IsOfTheApp).ToList())
        {
            start.Environment.Remove(variable);
        }

        // No server of a build may outlive it.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        return new ScriptRun(start);
    }

    public async Task SeeAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!Said.Contains(text, StringComparison.Ordinal))
        {
            if (_process.HasExited)
            {
                // What it has said last may still be on its way.
                await EndAsync();
                Assert.True(Said.Contains(text, StringComparison.Ordinal), $"It ended before it said '{text}':\n{Said}");
                return;
            }

            Assert.False(patience.IsCancellationRequested, $"It does not say '{text}':\n{Said}");
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>What Ctrl-C in a terminal does.</summary>
    public async Task<int> InterruptAsync()
    {
        await SendAsync("-INT");
        return await EndAsync();
    }

    /// <summary>The processes that work in that folder, or below: what is started in it does, however its line of command looks.</summary>
    public static IEnumerable<string> WorkingIn(string folder) =>
        from process in Directory.EnumerateDirectories("/proc")
        where int.TryParse(Path.GetFileName(process), out _)
        let place = LinkOf(Path.Combine(process, "cwd"))
        where place == folder || place?.StartsWith(folder + "/", StringComparison.Ordinal) == true
        select $"{Path.GetFileName(process)} {Text(Path.Combine(process, "cmdline")).Replace('\0', ' ')}";

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await SendAsync("-TERM");
            await EndAsync();
        }

        _process.Dispose();
    }

    public void Tell(ITestOutputHelper output) => output.WriteLine(Said);

    // It leads the group.
    async Task SendAsync(string signal)
    {
        using Process kill = Process.Start("kill", [signal, "--", "-" + _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    static bool IsOfTheApp(string name) =>
        name is "AzureWebJobsStorage" or "ASPNETCORE_URLS" or "GRIMOIRE_HOME" || name.Contains("__", StringComparison.Ordinal);

    // A process may end while it is looked at.
    static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
