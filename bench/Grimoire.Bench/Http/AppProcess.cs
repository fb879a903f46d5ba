using System.Text.RegularExpressions;

namespace Grimoire.Bench.Http;

/// <summary>The Functions app that is measured: a process of its own, as somebody would run it, on a port that the system chooses.</summary>
internal sealed partial class AppProcess : IDisposable
{
    const string Program = "Grimoire.Bench.App";

    readonly Child _process;

    AppProcess(Child process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public TimeSpan Age => _process.Age;

    public TimeSpan CpuTime => _process.CpuTime;

    public double ResidentMiB => ResidentMemory.MiB(_process.Id);

    /// <summary>Starts it, and waits until it says where it listens.</summary>
    /// <param name="state">The folder of its state.</param>
    public static async Task<AppProcess> StartAsync(string state)
    {
        var process = Child.StartProgram(Program, ["--port", "0", "--EndWithInput", "true"], ("Embedded__State", state));
        try
        {
            return new AppProcess(process, new Uri(await process.FindAsync(ListedUrl())));
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public Request Get(string route) => new(HttpMethod.Get, new Uri(Url, "/api/" + route));

    public Request Post(string route, string body) => new(HttpMethod.Post, new Uri(Url, "/api/" + route), body);

    public Task EndAsync() => _process.EndAsync();

    public void Dispose() => _process.Dispose();

    [GeneratedRegex(@"\tping: .*(http://[^/]+)/")]
    private static partial Regex ListedUrl();
}
