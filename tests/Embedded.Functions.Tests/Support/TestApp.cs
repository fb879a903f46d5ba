using System.Text.Json;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Support;

/// <summary>
/// One of the apps of the repository in a folder of its own, with its settings and its state, which outlives the processes that are
/// started on it.
/// </summary>
/// <param name="name">The app: the name of its folder, which is in tests/apps if nothing else is said.</param>
/// <param name="output">Where what its processes said goes to, for the report of a test that fails.</param>
internal sealed class TestApp(string name, ITestOutputHelper? output = null) : IAsyncDisposable
{
    readonly List<AppProcess> _processes = [];

    public string Name => name;

    /// <summary>The working folder of its processes.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("app-").FullName;

    /// <summary>The hub's file and the keys.</summary>
    public string StateFolder => Path.Combine(Folder, "state");

    /// <summary>The content of host.json; null for the app's own.</summary>
    public string? HostJson { get; set; }

    /// <summary>The content of local.settings.json; null for none.</summary>
    public string? LocalSettings { get; init; }

    /// <summary>What its processes find in their environment; null for a variable that they must not find.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    /// <summary>More arguments of its command line.</summary>
    public List<string> Arguments { get; } = [];

    /// <summary>Where the app's own folder is, seen from the root of the repository.</summary>
    public string Parent { get; init; } = "tests/apps";

    /// <summary>Where it listens; null for what its settings say.</summary>
    public int? Port { get; init; } = 0;

    /// <summary>The built app: built with the tests, and as they are.</summary>
    public string Assembly
    {
        get
        {
            // .../tests/Embedded.Functions.Tests/bin/Release/net10.0/
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            string root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
            return Path.Combine(root, Parent, name, "bin", output.Parent.Name, output.Name, $"{name}.dll");
        }
    }

    /// <summary>The keys, once a process has made them.</summary>
    public AppKeys Keys => AppKeys.Read(Path.Combine(StateFolder, "host-keys.json"));

    /// <summary>Starts a process and waits until it listens.</summary>
    public async Task<AppProcess> StartAsync()
    {
        AppProcess process = Launch();
        await process.WaitUntilListeningAsync();
        return process;
    }

    /// <summary>Starts a process and waits for nothing.</summary>
    public AppProcess Launch()
    {
        File.WriteAllText(Path.Combine(Folder, "host.json"), HostJson ?? File.ReadAllText(Path.Combine(Path.GetDirectoryName(Assembly)!, "host.json")));
        if (LocalSettings is not null)
        {
            File.WriteAllText(Path.Combine(Folder, "local.settings.json"), LocalSettings);
        }

        AppProcess process = AppProcess.Start(this);
        _processes.Add(process);
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (AppProcess process in _processes)
        {
            await process.DisposeAsync();
            output?.WriteLine($"--- {name}, process {process.Id}\n{process.Output}");
        }

        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>The keys of an app.</summary>
internal sealed record AppKeys(string Master, string Function, string Durable)
{
    public static AppKeys Read(string file)
    {
        using JsonDocument keys = JsonDocument.Parse(File.ReadAllText(file));
        JsonElement root = keys.RootElement;
        return new AppKeys(
            root.GetProperty("masterKey").GetString()!,
            root.GetProperty("functionKeys").GetProperty("default").GetString()!,
            root.GetProperty("systemKeys").GetProperty("durabletask_extension").GetString()!);
    }
}
