using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Embedded.DurableTask.CrashHost;

namespace Embedded.DurableTask.Tests.Crash;

/// <summary>One run of the crash host, as a process of its own: what it says, and how it ends.</summary>
internal sealed class CrashHostProcess : IAsyncDisposable
{
    /// <summary>Nothing that is waited for takes anywhere near as long; what does hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    const int Terminate = 15;

    readonly Process _process;
    readonly Claims _claims;
    readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    readonly ConcurrentQueue<string> _complaints = new();
    readonly Task _reading;

    CrashHostProcess(Process process, Claims claims)
    {
        _process = process;
        _claims = claims;
        _reading = Task.WhenAll(ReadLinesAsync(), ReadComplaintsAsync());
    }

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote to stderr, where its log goes: warnings and errors.</summary>
    public string Complaints => string.Join('\n', _complaints);

    public static CrashHostProcess Start(RunSettings settings, Claims claims)
    {
        // The tests run under the dotnet command, wherever it is; if not, the one on the path must do.
        string? self = Environment.ProcessPath;
        string dotnet = Path.GetFileNameWithoutExtension(self) == "dotnet" ? self! : "dotnet";
        var start = new ProcessStartInfo(dotnet, ["exec", typeof(RunSettings).Assembly.Location, .. settings.ToArguments()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new CrashHostProcess(Process.Start(start)!, claims);
    }

    /// <summary>Waits until it has said something for the <paramref name="count"/>-th time from now on.</summary>
    public async Task WaitForAsync(string what, int count = 1) => await WaitForAsync(line => line == what || line.StartsWith(what + " ", StringComparison.Ordinal), count);

    /// <summary>Waits for as many lines as that, whatever they say; fewer will do if it has no more to say.</summary>
    public Task WaitForLinesAsync(int count) => count == 0 ? Task.CompletedTask : WaitForAsync(_ => true, count);

    /// <summary>Ends it at this instant: SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>Asks it to end: SIGTERM.</summary>
    public async Task StopAsync()
    {
        Assert.Equal(0, Signal(_process.Id, Terminate));
        await EndAsync();
    }

    /// <summary>Waits for its end, and for all that it has said until then.</summary>
    public async Task EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await EndAsync();
        _process.Dispose();
    }

    async Task WaitForAsync(Func<string, bool> wanted, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (count > 0)
            {
                count -= wanted(await _lines.Reader.ReadAsync(patience.Token)) ? 1 : 0;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"The crash host did not say what was waited for; {count} are missing. It complained:\n{Complaints}", e);
        }
    }

    async Task ReadLinesAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _claims.Add(line);
            _lines.Writer.TryWrite(line);
        }

        _lines.Writer.Complete();
    }

    async Task ReadComplaintsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _complaints.Enqueue(line);
        }
    }

    [DllImport("libc", EntryPoint = "kill", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    static extern int Signal(int process, int signal);
}
