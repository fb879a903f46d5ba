using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Embedded.Functions.Tests.Support;

/// <summary>One run of an app, as a process of its own on a free port: how to call it, what it says, and how it ends.</summary>
internal sealed partial class AppProcess : IAsyncDisposable
{
    /// <summary>Nothing that is waited for takes anywhere near as long; what does hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    const int Terminate = 15;

    readonly Process _process;
    readonly Lock _gate = new();
    readonly List<string> _lines = [];
    readonly Task _reading;
    TaskCompletionSource _more = NewSignal();
    bool _disposed;

    AppProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        _ = _reading.ContinueWith(_ => Tell(null), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public int Id { get; }

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _disposed || _process.HasExited;

    /// <summary>Calls it. Follows no redirects, and keeps its connections for as long as the process lives.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Patience };

    /// <summary>Where it listens: <c>http://127.0.0.1:port/</c>.</summary>
    public Uri Url => Http.BaseAddress ?? throw new InvalidOperationException($"It does not listen yet. It said:\n{Output}");

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

    public static AppProcess Start(TestApp app)
    {
        // The tests run under the dotnet command, wherever it is; if not, the one on the path must do.
        string? self = Environment.ProcessPath;
        string dotnet = Path.GetFileNameWithoutExtension(self) == "dotnet" ? self! : "dotnet";
        string[] port = app.Port is { } number ? ["--port", $"{number}"] : [];
        var start = new ProcessStartInfo(dotnet, ["exec", app.Assembly, .. port, .. app.Arguments])
        {
            WorkingDirectory = app.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment["Embedded__State"] = app.StateFolder;
        foreach ((string name, string? value) in app.Environment)
        {
            start.Environment[name] = value;
        }

        return new AppProcess(Process.Start(start)!);
    }

    /// <summary>Waits until it has shown its functions, which it does when it serves them, and learns the port from there.</summary>
    public async Task WaitUntilListeningAsync()
    {
        await WaitForOutputAsync(line => line.EndsWith("Functions:", StringComparison.Ordinal));
        string listening = await WaitForOutputAsync(line => Address().IsMatch(line));
        Http.BaseAddress ??= new Uri(Address().Match(listening).Value);
    }

    /// <summary>Waits for a line that it has written since it was started, or writes now.</summary>
    /// <returns>The first such line.</returns>
    public async Task<string> WaitForOutputAsync(Func<string, bool> wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        for (int seen = 0; ;)
        {
            Task more;
            bool ended;
            lock (_gate)
            {
                while (seen < _lines.Count)
                {
                    if (wanted(_lines[seen++]))
                    {
                        return _lines[seen - 1];
                    }
                }

                more = _more.Task;
                ended = _reading.IsCompleted;
            }

            if (ended || patience.IsCancellationRequested)
            {
                throw new InvalidOperationException($"The app did not say what was waited for{(ended ? ", and has ended" : "")}. It said:\n{Output}");
            }

            await Task.WhenAny(more, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, patience.Token));
        }
    }

    /// <summary>Ends it at this instant: SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>Asks it to end: SIGTERM.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> StopAsync()
    {
        RequestStop();
        return EndAsync();
    }

    /// <summary>Sends SIGTERM and waits for nothing.</summary>
    public void RequestStop() => Assert.Equal(0, Signal(_process.Id, Terminate));

    /// <summary>Waits for its end, and for all that it has said until then.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
            await _reading.WaitAsync(Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The app does not end. It said:\n{Output}", e);
        }

        return _process.ExitCode;
    }

    /// <summary>Checks a response's status; if it is another, says so with the body and with what the app said.</summary>
    public async Task<HttpResponseMessage> ExpectAsync(HttpStatusCode status, Task<HttpResponseMessage> response)
    {
        HttpResponseMessage got = await response;
        if (got.StatusCode != status)
        {
            Assert.Fail($"{got.RequestMessage?.Method} {got.RequestMessage?.RequestUri} was answered {(int)got.StatusCode}, not {(int)status}: "
                + $"{await got.Content.ReadAsStringAsync()}\nThe app said:\n{Output}");
        }

        return got;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        Http.Dispose();
        _process.Kill();
        await EndAsync();
        _disposed = true;
        _process.Dispose();
    }

    async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            Tell(line);
        }
    }

    void Tell(string? line)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            if (line is not null)
            {
                _lines.Add(line);
            }

            (more, _more) = (_more, NewSignal());
        }

        more.SetResult();
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [GeneratedRegex("http://127\\.0\\.0\\.1:[0-9]+")]
    private static partial Regex Address();

    [DllImport("libc", EntryPoint = "kill", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    static extern int Signal(int process, int signal);
}
