using System.Collections.Concurrent;
using System.Diagnostics;
using Embedded.Functions.Tests.Support;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>What a person does first: ./run.sh, and then what it says.</summary>
public sealed class RunScriptTests(ITestOutputHelper output) : IDisposable
{
    static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    readonly string _folder = Directory.CreateTempSubdirectory("run-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Row", "AZ09")]
    public async Task It_starts_the_app_and_what_it_says_to_type_casts_a_spell_and_fetches_its_picture()
    {
        var lines = new ConcurrentQueue<string>();
        using Process run = Start(lines, "run.sh");
        try
        {
            await SeeAsync(run, lines, line => line.Contains("api/casts/$id", StringComparison.Ordinal) && !line.Contains("artifacts", StringComparison.Ordinal));
            string typed = string.Join('\n', lines.Where(line => line.StartsWith("  id=", StringComparison.Ordinal) || line.StartsWith("  curl ", StringComparison.Ordinal)));

            var said = new ConcurrentQueue<string>();
            using Process typing = Start(said, "-c", $"cd '{_folder}'\n{typed}");
            await typing.WaitForExitAsync().WaitAsync(Patience);

            Assert.Equal(0, typing.ExitCode);
            Assert.Contains("\"spell\"", string.Join('\n', said), StringComparison.Ordinal);
            byte[] picture = await File.ReadAllBytesAsync(Path.Combine(_folder, "cover.png"));
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], picture[..4]);
        }
        finally
        {
            await StopAsync(run);
            output.WriteLine(string.Join('\n', lines));
        }

        Assert.Equal(143, run.ExitCode);

        // Those of mktemp; others are of the build.
        Assert.Empty(Directory.EnumerateDirectories(_folder, "tmp.*"));
    }

    Process Start(ConcurrentQueue<string> lines, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string variable in start.Environment.Keys.Where(name => name is "AzureWebJobsStorage" || name.Contains("__", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(variable);
        }

        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["TMPDIR"] = _folder;

        // What it builds is built; no server of a build may outlive it.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    static async Task SeeAsync(Process process, ConcurrentQueue<string> lines, Func<string, bool> wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!lines.Any(wanted))
        {
            Assert.False(process.HasExited, string.Join('\n', lines));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }

    static async Task StopAsync(Process process)
    {
        if (!process.HasExited)
        {
            using Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await process.WaitForExitAsync().WaitAsync(AppProcess.Patience);
        }
    }
}
