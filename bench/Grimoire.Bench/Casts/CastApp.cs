using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Grimoire.Bench.Casts;

/// <summary>The app itself, in a process of its own, called as its users call it.</summary>
internal sealed partial class CastApp : IDisposable
{
    /// <summary>How long an answer may be held back for the end to come.</summary>
    const int HoldSeconds = 30;

    readonly Child _process;

    CastApp(Child process, HttpClient http) => (_process, Http) = (process, http);

    public HttpClient Http { get; }

    public int ProcessId => _process.Id;

    public TimeSpan CpuTime => _process.CpuTime;

    public double ResidentMiB => ResidentMemory.MiB(_process.Id);

    /// <param name="folder">The folder of its state, and of its storage if there is no <paramref name="connection"/>.</param>
    /// <param name="connection">Of a storage account.</param>
    /// <param name="settings">Others, as environment variables.</param>
    public static Task<CastApp> StartAsync(string folder, string connection, params (string Name, string Value)[] settings) =>
        StartAsync(folder, connection, port: 0, settings);

    /// <param name="folder">The folder of its state, and of its storage if there is no <paramref name="connection"/>.</param>
    /// <param name="connection">Of a storage account.</param>
    /// <param name="port">Where it listens; 0 for a free one.</param>
    /// <param name="settings">Others, as environment variables.</param>
    public static async Task<CastApp> StartAsync(string folder, string connection, int port, params (string Name, string Value)[] settings)
    {
        Child process = Child.StartProgram(
            Program(),
            ["--port", $"{port}"],
            [
                ("Embedded__State", Path.Combine(folder, "state")),
                ("Embedded__Keys__Enforce", "false"),
                ("Security__Keys", "off"),
                ("Storage__Folder", Path.Combine(folder, "storage")),
                ("Storage__Container", $"bench-{Guid.NewGuid():N}"),
                ("AzureWebJobsStorage", connection),
                .. settings,
            ]);
        try
        {
            var url = new Uri(await process.FindAsync(ListedUrl()));
            var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = url, Timeout = TimeSpan.FromMinutes(2) };
            return new CastApp(process, http);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Saves a spell of so many steps, each of which passes a small value on.</summary>
    public Task SaveAsync(string slug, int steps) => PutAsync(
        $"api/spells/{slug}",
        new
        {
            slug,
            steps = Enumerable.Range(0, steps).Select(i => new
            {
                id = $"s{i}",
                tool = "json.value",
                with = new { value = i == 0 ? "${inputs.n}" : $"${{steps.s{i - 1}.output}}" },
            }),
        });

    /// <summary>Saves a document, which has to be right.</summary>
    public async Task PutAsync(string path, object document)
    {
        using HttpResponseMessage saved = await Http.PutAsJsonAsync(path, document);
        string answer = await saved.Content.ReadAsStringAsync();
        Check.That(saved.IsSuccessStatusCode, $"{path} could not be saved: {answer}");
    }

    public Task<JsonElement> GetAsync(string path) => Http.GetFromJsonAsync<JsonElement>(path);

    /// <returns>The id of the cast.</returns>
    public async Task<string> StartAsync(string slug, object? inputs = null)
    {
        using HttpResponseMessage started = await Http.PostAsJsonAsync($"api/spells/{slug}/casts", new { inputs });
        Check.That(started.StatusCode == HttpStatusCode.Accepted, $"The cast was not accepted: {started.StatusCode}.");
        return (await started.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("castId").GetString()!;
    }

    /// <summary>Casts it, and waits for its end, and reads what came of it.</summary>
    public async Task CastAsync(string slug)
    {
        string id = await StartAsync(slug, new { n = 1 });
        while (true)
        {
            // Past all events: the answer is held back until the last one is written.
            JsonElement page = await GetAsync($"api/casts/{id}/events?after={int.MaxValue}&wait={HoldSeconds}");
            if (page.GetProperty("ended").GetBoolean())
            {
                break;
            }
        }

        string? status = (await GetAsync($"api/casts/{id}")).GetProperty("status").GetString();
        Check.That(status == "completed", $"The cast {id} has ended as {status}.");
    }

    public async Task EndAsync() => await _process.KillAsync();

    public void Dispose()
    {
        Http.Dispose();
        _process.Dispose();
    }

    /// <summary>As it was built, in the same configuration as this program.</summary>
    static string Program()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string configuration = output.Parent!.Name;
        string root = output.Parent.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(root, "src", "Grimoire.Functions", "bin", configuration, output.Name, "Grimoire.Functions" + (OperatingSystem.IsWindows() ? ".exe" : ""));
    }

    [GeneratedRegex(@"(http://(?:127\.0\.0\.1|localhost):\d+)/")]
    private static partial Regex ListedUrl();
}
