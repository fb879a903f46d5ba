using System.Diagnostics;

namespace Grimoire.Bench;

/// <summary>
/// Another process of this program, for what needs one of its own: its memory, its start, its death. It answers in lines; one that has
/// nothing more to do than wait ends when its input does, so that none outlives the one that started it.
/// </summary>
internal sealed class Child : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    readonly Process _process;
    readonly long _started = Stopwatch.GetTimestamp();

    Child(Process process) => _process = process;

    /// <summary>Since just before the process was started.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_started);

    public static Child Start(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Grimoire.Bench" + (OperatingSystem.IsWindows() ? ".exe" : string.Empty));
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, ["child", .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            },
        };
        var child = new Child(process);
        process.Start();
        return child;
    }

    /// <summary>The rest of the next line, which begins with the given word.</summary>
    public async Task<string> ReadAsync(string word)
    {
        string? line;
        try
        {
            line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new CheckFailedException($"A child process has not come to '{word}' within {Patience.TotalMinutes} minutes.");
        }

        Check.That(
            line is not null && line.StartsWith(word + " ", StringComparison.Ordinal),
            $"A child process should have said '{word}' and said '{line ?? "nothing any more"}'.");
        return line![(word.Length + 1)..];
    }

    /// <summary>Waits for its orderly end.</summary>
    public async Task EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        Check.That(_process.ExitCode == 0, $"A child process ended with exit code {_process.ExitCode}.");
    }

    /// <summary>SIGKILL: it gets no chance to do anything any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
