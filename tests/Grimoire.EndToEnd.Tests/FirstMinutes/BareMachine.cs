namespace Grimoire.EndToEnd.Tests.FirstMinutes;

/// <summary>
/// A machine with just what run.sh cannot do without, and programs that stand in for what is missing or broken on it. Its dotnet builds nothing: it says of itself
/// which version it is, and plays the sandbox and the app.
/// </summary>
internal sealed class BareMachine : IDisposable
{
    static readonly string[] Tools =
        ["bash", "env", "dirname", "basename", "mkdir", "mkfifo", "find", "cat", "rm", "mv", "awk", "sed", "grep", "head", "tail", "cut", "sort", "tr", "sleep", "mktemp", "date", "ps", "flock", "setsid", "df", "curl"];

    readonly string _folder = Directory.CreateTempSubdirectory("bare-").FullName;

    public BareMachine()
    {
        Directory.CreateDirectory(Bin);
        foreach (string tool in Tools)
        {
            File.CreateSymbolicLink(Path.Combine(Bin, tool), Find(tool));
        }

        Directory.CreateDirectory(Path.Combine(Checkout, "src"));
        File.Copy(Path.Combine(ScriptRun.Checkout, "run.sh"), Path.Combine(Checkout, "run.sh"));
        foreach (string part in new[] { "eng", "spells" })
        {
            File.CreateSymbolicLink(Path.Combine(Checkout, part), Path.Combine(ScriptRun.Checkout, part));
        }

        Put("dotnet", """
            case "$*" in
              --list-sdks) echo "10.0.100 [/sdk]" ;;
              *Sandbox.dll*) echo "The sandbox listens on http://127.0.0.1:9"; exec sleep 600 ;;
              *Functions.dll*) echo "Now listening on: http://127.0.0.1:9"; echo "Functions:"; exec sleep 600 ;;
            esac
            """);
        Settings = new()
        {
            ["PATH"] = Bin,
            ["HOME"] = _folder,
            ["DOTNET_ROOT"] = _folder,
            ["XDG_CACHE_HOME"] = Path.Combine(_folder, "cache"),
            ["GRIMOIRE_HOME"] = State,
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["Security__Keys"] = "off",
        };
    }

    public string State => Path.Combine(_folder, "state");

    public Dictionary<string, string> Settings { get; }

    // What run.sh needs of a checkout in which nothing was built yet.
    string Checkout => Path.Combine(_folder, "checkout");

    string Bin => Path.Combine(_folder, "bin");

    public void Take(string tool) => File.Delete(Path.Combine(Bin, tool));

    public void Put(string tool, string script)
    {
        Take(tool);
        string path = Path.Combine(Bin, tool);
        File.WriteAllText(path, "#!/usr/bin/env bash\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public ScriptRun Run(params string[] arguments) => ScriptRun.Of(Checkout, Settings, ["run.sh", .. arguments]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static string Find(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"There is no {tool} on the PATH.");
}
