using System.Diagnostics;

namespace Grimoire.Tests.Shared;

/// <summary>
/// The sandbox as a process of its own, on a free port: how to call it, which faults it is to play, and which calls it has received.
/// The test project must build it: a ProjectReference to src/Grimoire.Sandbox with ReferenceOutputAssembly="false".
/// </summary>
sealed class SandboxProcess : IAsyncDisposable
{
    /// <summary>Nothing that is waited for takes anywhere near as long; what does hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    const string Ready = "The sandbox listens on ";

    readonly Process _process;
    readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _gate = new();
    readonly List<string> _lines = [];
    readonly Task _reading;
    bool _disposed;

    SandboxProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        Jobs = new SandboxJobs(Http);
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public int Id { get; }

    /// <summary>Where it listens: <c>http://127.0.0.1:port/</c>.</summary>
    public Uri Url => Http.BaseAddress!;

    /// <summary>Where an OpenAI client finds it: <c>http://127.0.0.1:port/v1</c>.</summary>
    public Uri OpenAiUrl => new(Url, "v1");

    /// <summary>Calls it. Follows no redirects.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { Timeout = Patience };

    /// <summary>Its jobs and their callbacks: how to drive them, let them go wrong, and see what became of them.</summary>
    public SandboxJobs Jobs { get; }

    /// <summary>All that it wrote until now, to stdout and stderr.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="port">A certain port, for a sandbox that comes back where it was; 0 for a free one.</param>
    public static async Task<SandboxProcess> StartAsync(int port = 0)
    {
        var sandbox = new SandboxProcess(Process.Start(StartInfo($"http://127.0.0.1:{port}"))!);
        try
        {
            Task first = await Task.WhenAny(sandbox._listening.Task, sandbox._reading).WaitAsync(Patience);
            sandbox.Http.BaseAddress = first == sandbox._listening.Task
                ? await sandbox._listening.Task
                : throw new InvalidOperationException($"The sandbox ended instead of listening. It said:\n{sandbox.Output}");
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>How the built sandbox is started: that of the same configuration as the tests.</summary>
    public static ProcessStartInfo StartInfo(string url)
    {
        // The tests run under the dotnet command, wherever it is; if not, the one on the path must do.
        string? self = Environment.ProcessPath;
        var start = new ProcessStartInfo(Path.GetFileNameWithoutExtension(self) == "dotnet" ? self! : "dotnet", ["exec", Assembly(), "--urls", url])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        return start;
    }

    /// <summary>Switches a fault on. Give it a header or a part of the body to match, and no parallel test is disturbed.</summary>
    public Task<SandboxFaultState> SetFaultAsync(SandboxFault fault, CancellationToken cancellation = default) =>
        Http.PutControlAsync<SandboxFaultState>("control/faults", fault, cancellation);

    /// <summary>The faults that are switched on, and how often each has struck.</summary>
    public async Task<IReadOnlyList<SandboxFaultState>> FaultsAsync(CancellationToken cancellation = default) =>
        (await Http.GetControlAsync<Switched>("control/faults", cancellation)).Faults;

    /// <summary>Switches one fault off.</summary>
    public Task RemoveFaultAsync(string id, CancellationToken cancellation = default) => Http.DeleteControlAsync($"control/faults/{Uri.EscapeDataString(id)}", cancellation);

    /// <summary>Switches all faults off, those of other tests too.</summary>
    public Task ClearFaultsAsync(CancellationToken cancellation = default) => Http.DeleteControlAsync("control/faults", cancellation);

    /// <summary>The calls that it has received.</summary>
    /// <param name="path">A path, or the start of one and an asterisk; null for all.</param>
    /// <param name="key">An Idempotency-Key, or the start of one and an asterisk; null for calls with any or none.</param>
    /// <param name="take">How many of the last calls are listed; all are counted.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<SandboxCalls> CallsAsync(string? path = null, string? key = null, int take = 1000, CancellationToken cancellation = default) =>
        Http.GetControlAsync<SandboxCalls>(SandboxHttp.Query("control/calls", take, ("path", path), ("key", key)), cancellation);

    /// <summary>Forgets all calls, those of other tests too.</summary>
    public Task ForgetCallsAsync(CancellationToken cancellation = default) => Http.DeleteControlAsync("control/calls", cancellation);

    /// <summary>Ends it at this instant: SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            Http.Dispose();
            await KillAsync();
            _process.Dispose();
        }
    }

    static string Assembly()
    {
        // .../tests/{project}/bin/{what the configuration is called}/
        string below = "";
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        for (; folder.Name != "bin"; folder = folder.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in a folder \"bin\"."))
        {
            below = Path.Combine(folder.Name, below);
        }

        string assembly = Path.Combine(folder.Parent!.Parent!.Parent!.FullName, "src", "Grimoire.Sandbox", "bin", below, "Grimoire.Sandbox.dll");
        return File.Exists(assembly) ? assembly : throw new FileNotFoundException("The sandbox is not built: the test project needs a reference to it.", assembly);
    }

    async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_gate)
            {
                _lines.Add(line);
            }

            if (line.StartsWith(Ready, StringComparison.Ordinal))
            {
                _listening.TrySetResult(new Uri(line[Ready.Length..]));
            }
        }
    }

    sealed record Switched(IReadOnlyList<SandboxFaultState> Faults);
}
