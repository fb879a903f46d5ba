using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Grimoire.Cli.Tests.Support;

/// <summary>What one run of the command came to.</summary>
sealed record CliRun(int Exit, string Out, string Error)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Out);

    /// <summary>Asserts how it ended; says all that it said if it ended otherwise.</summary>
    public CliRun Ends(int exit)
    {
        Assert.True(Exit == exit, $"It ended with {Exit}, not {exit}.\n--- stdout\n{Out}\n--- stderr\n{Error}");
        return this;
    }
}

/// <summary>The real command in a folder of its own, with a home and an environment that nobody else has a say in.</summary>
sealed class CliHome : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public string Folder { get; } = Directory.CreateTempSubdirectory("cli-").FullName;

    public string Home => Path.Combine(Folder, "home");

    public string Work => Path.Combine(Folder, "work");

    public Dictionary<string, string?> Environment { get; } = [];

    public CliHome()
    {
        Directory.CreateDirectory(Home);
        Directory.CreateDirectory(Work);
    }

    /// <summary>The command as it is started: its assembly, built with the tests.</summary>
    public static string Assembly => typeof(ExitCode).Assembly.Location;

    public static string Dotnet { get; } = Path.GetFileNameWithoutExtension(System.Environment.ProcessPath) == "dotnet" ? System.Environment.ProcessPath! : "dotnet";

    public static string Root { get; } = RootOf(AppContext.BaseDirectory);

    public Task<CliRun> RunAsync(params string[] arguments) => RunWithAsync(null, arguments);

    public async Task<CliRun> RunWithAsync(string? input, params string[] arguments)
    {
        using var process = Start(arguments);
        return await EndAsync(process, input);
    }

    /// <summary>Starts it, waits for a line on stdout or stderr that has this text, and then sends it SIGINT.</summary>
    public async Task<CliRun> InterruptAsync(string text, params string[] arguments)
    {
        using var process = Start(arguments);
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (output, error) = (ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        await Task.WhenAny(said.Task, Task.WhenAll(output, error), Task.Delay(Patience, TimeProvider.System));
        if (!said.Task.IsCompleted)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"It does not say '{text}'. It said:\n{await output}\n{await error}");
        }

        Assert.Equal(0, Signal(process.Id, 2));
        return await EndAsync(process, output, error);

        async Task<string> ReadAsync(StreamReader reader)
        {
            var all = "";
            while (await reader.ReadLineAsync() is { } line)
            {
                all += line + "\n";
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    said.TrySetResult();
                }
            }

            return all;
        }
    }

    /// <summary>Runs another program, with this environment.</summary>
    public async Task<CliRun> RunProgramAsync(string program, params string[] arguments)
    {
        using var process = StartProgram(program, arguments);
        return await EndAsync(process, null);
    }

    public string Write(string name, string content)
    {
        var path = Path.Combine(Work, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public Process Start(params string[] arguments) => StartProgram(Dotnet, ["exec", Assembly, .. arguments]);

    Process StartProgram(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Work, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in (string[])["GRIMOIRE_URL", "GRIMOIRE_KEY", "GRIMOIRE_ACCOUNT", "GRIMOIRE_COMMAND", "XDG_CONFIG_HOME", "NO_COLOR"])
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = Home;
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    static async Task<CliRun> EndAsync(Process process, string? input)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        return await EndAsync(process, output, error);
    }

    static async Task<CliRun> EndAsync(Process process, Task<string> output, Task<string> error)
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            // With those that it has started: they hold its output, too.
            process.Kill(entireProcessTree: true);
            Assert.Fail($"It does not end. It said:\n{await output}\n{await error}");
        }

        return new CliRun(process.ExitCode, await output, await error);
    }

    static string RootOf(string folder) => File.Exists(Path.Combine(folder, "Functions.sln")) ? folder : RootOf(Path.GetDirectoryName(folder)!);

    [DllImport("libc", EntryPoint = "kill", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    static extern int Signal(int process, int signal);
}
