using System.Net;
using System.Text;
using System.Text.Json;
using Embedded.Functions.Tests.Support;

namespace Embedded.Functions.Tests.Host;

/// <summary>One process of the Probe app for all tests that leave it as it is.</summary>
public sealed class ProbeApp : IAsyncLifetime, IAsyncDisposable
{
    public const int BodyLimit = 21 * 1024 * 1024;

    readonly TestApp _app = new("Probe");
    AppProcess? _process;

    internal AppProcess Process => _process!;

    internal AppKeys Keys => _app.Keys;

    internal string StateFolder => _app.StateFolder;

    internal HttpClient Http => Process.Http;

    internal int Port => Process.Url.Port;

    public async Task InitializeAsync()
    {
        _app.Environment["Embedded__MaxRequestBodyBytes"] = $"{BodyLimit}";
        _process = await _app.StartAsync();
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal async Task<string> TextAsync(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using HttpResponseMessage response = await Process.ExpectAsync(status, Http.GetAsync(path));
        return await response.Content.ReadAsStringAsync();
    }

    internal async Task<JsonElement> JsonAsync(string path, HttpStatusCode status = HttpStatusCode.OK) =>
        JsonSerializer.Deserialize<JsonElement>(await TextAsync(path, status));

    internal async Task<string> PostAsync(string path, string body, string contentType = "application/json", HttpStatusCode status = HttpStatusCode.OK)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(contentType);
        using HttpResponseMessage response = await Process.ExpectAsync(status, Http.PostAsync(path, content));
        return await response.Content.ReadAsStringAsync();
    }

    internal Task<JsonElement> WaitUntilAsync(string path, Func<JsonElement, bool> wanted) => WaitUntilAsync(Process, path, wanted);

    /// <summary>Asks until the answer is what is waited for.</summary>
    internal static async Task<JsonElement> WaitUntilAsync(AppProcess process, string path, Func<JsonElement, bool> wanted)
    {
        using var patience = new CancellationTokenSource(AppProcess.Patience);
        for (; ; )
        {
            using HttpResponseMessage response = await process.Http.GetAsync(path, patience.Token);
            var json = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(patience.Token));
            if (wanted(json))
            {
                return json;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        }
    }
}

[CollectionDefinition(Name)]
public sealed class ProbeApps : ICollectionFixture<ProbeApp>
{
    public const string Name = "Probe";
}
