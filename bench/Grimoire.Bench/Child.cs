using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Grimoire.Bench;

/// <summary>
/// Another process, of this program or one beside it, for what needs one of its own: its memory, its start, its death. It answers in
/// lines; one that has nothing more to do than wait ends when its input does, so that none outlives the one that started it.
/// </summary>
internal sealed class Child : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>So many of its last lines are shown if it comes to a bad end.</summary>
    const int LastLines = 40;

    readonly Process _process;
    readonly long _started = Stopwatch.GetTimestamp();
    readonly Queue<string> _said = [];
    Task _listening = Task.CompletedTask;
    bool _endedWell;

    Child(Process process) => _process = process;

    /// <summary>Since just before the process was started.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_started);

    public int Id => _process.Id;

    public TimeSpan CpuTime => _process.TotalProcessorTime;

    public static Child Start(params string[] arguments) => StartProgram("Grimoire.Bench", ["child", .. arguments]);

    /// <param name="name">Of the program, which is in the folder of this one.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">Variables that it has besides those of this process.</param>
    public static Child StartProgram(string name, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        string program = Path.Combine(AppContext.BaseDirectory, name + (OperatingSystem.IsWindows() ? ".exe" : string.Empty));
        var start = new ProcessStartInfo(program, arguments)
        {
            // Where its settings are, and no other ones.
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach ((string variable, string value) in environment)
        {
            start.Environment[variable] = value;
        }

        var child = new Child(new Process { StartInfo = start });
        child._process.Start();
        return child;
    }

    /// <summary>The rest of the next line, which begins with the given word.</summary>
    public async Task<string> ReadAsync(string word)
    {
        string? line = await ReadLineAsync(word);
        Check.That(
            line is not null && line.StartsWith(word + " ", StringComparison.Ordinal),
            $"A child process should have said '{word}' and said '{line ?? "nothing any more"}'.");
        return line![(word.Length + 1)..];
    }

    /// <summary>What the pattern's group is in the first line to which it fits; the other lines are only for the case that it fails.</summary>
    public async Task<string> FindAsync(Regex pattern)
    {
        while (await ReadLineAsync(pattern.ToString()) is { } line)
        {
            if (pattern.Match(line) is { Success: true } match)
            {
                _listening = ListenAsync();
                return match.Groups[1].Value;
            }

            Keep(line);
        }

        throw new CheckFailedException($"A child process said nothing like '{pattern}'.");
    }

    /// <summary>Ends its input, and waits for its orderly end.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _listening.WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        Check.That(_process.ExitCode == 0, $"A child process ended with exit code {_process.ExitCode}.");
        _endedWell = true;
    }

    /// <summary>SIGKILL: it gets no chance to do anything any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _endedWell = true;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        if (!_endedWell)
        {
            lock (_said)
            {
                Console.Error.WriteLine(string.Join(Environment.NewLine, _said));
            }
        }
    }

    async Task<string?> ReadLineAsync(string expected)
    {
        try
        {
            return await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new CheckFailedException($"A child process has not come to '{expected}' within {Patience.TotalMinutes} minutes.");
        }
    }

    async Task ListenAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            Keep(line);
        }
    }

    void Keep(string line)
    {
        lock (_said)
        {
            _said.Enqueue(line);
            if (_said.Count > LastLines)
            {
                _said.Dequeue();
            }
        }
    }
}
