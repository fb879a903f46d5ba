using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Embedded.Functions.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>
/// The real app with a sandbox that it may call, and a folder and a container of its own, which outlive its processes. In Azurite where there is one, else in files.
/// </summary>
internal sealed class CastingApp : IAsyncDisposable
{
    readonly TestApp _app;
    readonly string _container = $"casts-{Guid.NewGuid():N}";
    AppProcess? _process;

    CastingApp(SandboxProcess sandbox, string storage, ITestOutputHelper? output)
    {
        Sandbox = sandbox;
        _app = new TestApp("Grimoire.Functions", output) { Parent = "src" };
        Settings = _app.Environment;
        Settings["AzureWebJobsStorage"] = storage;
        Settings["Storage__Container"] = _container;
        Settings["Storage__Folder"] = Path.Combine(_app.Folder, "storage");
        Settings["Embedded__Keys__Enforce"] = "false";
        Settings["Security__Keys"] = "off";
        Settings["Egress__Allow"] = sandbox.Url.Authority;
        Settings["Tools__Config__SANDBOX"] = sandbox.Url.ToString().TrimEnd('/');
        Settings["Tools__Config__LLM_ENDPOINT"] = sandbox.OpenAiUrl.ToString();
        Settings["Tools__Config__LLM_MODEL"] = "sandbox-small";
        Settings["Tools__Secrets__LLM_API_KEY"] = "sandbox-key";
        foreach ((string service, string path) in ((string, string)[])[("REPLICATE", "replicate/v1"), ("COMFYDEPLOY", "comfydeploy/api"), ("FAL", "fal")])
        {
            Settings[$"Tools__Config__{service}_ENDPOINT"] = new Uri(sandbox.Url, path).ToString();
            Settings[$"Tools__Secrets__{service}_API_KEY"] = "sandbox-key";
        }

        Settings["Tools__Secrets__REPLICATE_WEBHOOK_SECRET"] = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldA==";
        Settings["Tools__Secrets__SANDBOX_HMAC_SECRET"] = "sandbox-hmac-secret";

        // Tests break tools on purpose, one as often as the next: that must not close a tool for the others.
        Settings["Tools__Breaker__Failures"] = "1000";
    }

    public SandboxProcess Sandbox { get; }

    /// <summary>The environment of its processes.</summary>
    public Dictionary<string, string?> Settings { get; }

    public AppProcess Process => _process ?? throw new InvalidOperationException("It is not started yet.");

    public string Folder => _app.Folder;

    public BlobContainerClient Container => new(AzuriteFactAttribute.Connection, _container);

    /// <summary>Not started yet, so that its settings can be changed.</summary>
    public static CastingApp Of(SandboxProcess sandbox, ITestOutputHelper? output = null, string? storage = null) =>
        new(sandbox, storage ?? AzuriteFactAttribute.Connection, output);

    /// <summary>Starts a process and waits until it listens.</summary>
    public async Task StartAsync() => _process = await _app.StartAsync();

    /// <summary>Starts a process and waits for nothing.</summary>
    public AppProcess Launch() => _app.Launch();

    /// <summary>Gives it, in a folder of its own, the sample tools and those of the tests.</summary>
    /// <returns>The folder.</returns>
    public string UseToolsOfTests()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, "tools")).FullName;
        foreach (var file in SampleFiles.ToolFiles.Concat(Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "../../../Casts/tools"))))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        Settings["Tools__Folder"] = folder;
        return folder;
    }

    public Task SaveSampleAsync(string slug) => SaveAsync(SampleFiles.Spell(slug));

    public async Task SaveAsync(SampleFile spell)
    {
        using var content = new StringContent(spell.Text, Encoding.UTF8, spell.MediaType);
        using var response = await Process.Http.PutAsync($"api/spells/{spell.Name}", content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Casts a saved spell.</summary>
    public Task<string> CastSavedAsync(string slug, string inputs = "{}") => StartCastAsync($"api/spells/{slug}/casts", $$"""{ "inputs": {{inputs}} }""");

    /// <summary>Casts the steps of a document that is not saved.</summary>
    public Task<string> CastAsync(string steps, string more = "", string? key = null) =>
        StartCastAsync("api/casts", $$"""{"spell":{"slug":"test","steps":{{steps}} {{more}} } }""", key);

    public async Task<string> StartCastAsync(string path, string body, string? key = null)
    {
        using var response = await Process.ExpectAsync(HttpStatusCode.Accepted, PostAsync(path, body, key));
        return (string)(await ReadAsync(response))["castId"]!;
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body = "{}", string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return Process.Http.SendAsync(request);
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await Process.ExpectAsync(HttpStatusCode.OK, Process.Http.GetAsync(path));
        return await ReadAsync(response);
    }

    /// <summary>A cast as Durable Functions' own HTTP API shows it: 202 as long as it runs.</summary>
    public async Task<JsonNode> InstanceAsync(string id, string query = "")
    {
        using var response = await Process.Http.GetAsync($"runtime/webhooks/durabletask/instances/{id}{query}");
        return await ReadAsync(response);
    }

    public Task<JsonNode> LookAsync(string id) => GetAsync($"api/casts/{id}");

    /// <summary>Looks at a cast until it is as wanted.</summary>
    public Task<JsonNode> SeeAsync(string id, Func<JsonNode, bool> wanted) => Eventually.SeeAsync(() => LookAsync(id), wanted, Process);

    /// <summary>Waits until a cast has ended, which must be this way.</summary>
    public async Task<JsonNode> EndAsync(string id, string status = "completed")
    {
        // The journal ends just before the orchestration does, by which casts are listed, and refuse what comes too late.
        var cast = await SeeAsync(id, cast =>
            cast.Status() is "completed" or "failed" or "cancelled" && (string?)cast["runtimeStatus"] is "Completed" or "Failed" or "Terminated");
        Assert.True(cast.Status() == status, $"The cast has not ended {status}: {cast}");
        return cast;
    }

    public async Task<IReadOnlyList<JsonNode>> EventsAsync(string id) => [.. (await GetAsync($"api/casts/{id}/events?limit=5000"))["events"]!.AsArray()!];

    /// <summary>"type:step" of each, in order.</summary>
    public async Task<IReadOnlyList<string>> EventNamesAsync(string id) =>
        [.. (await EventsAsync(id)).Select(e => e["step"] is { } step ? $"{e["type"]}:{step}" : (string)e["type"]!)];

    /// <summary>All attempts of all steps, as they are stored.</summary>
    public async Task<IReadOnlyList<JsonNode>> AttemptsAsync(string id) =>
        [.. (await GetAsync($"api/casts/{id}/steps"))["steps"]!.AsArray().SelectMany(step => step!["attempts"]!.AsArray())!];

    public async Task<byte[]> DownloadAsync(JsonNode artifact)
    {
        using var response = await Process.ExpectAsync(HttpStatusCode.OK, Process.Http.GetAsync(UrlOf(artifact)));
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal((long)artifact["bytes"]!, bytes.LongLength);
        return bytes;
    }

    public async Task<(HttpContentHeaders Headers, byte[] Bytes)> DownloadAsync(JsonNode artifact, long from, long to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, UrlOf(artifact)) { Headers = { Range = new RangeHeaderValue(from, to) } };
        using var response = await Process.ExpectAsync(HttpStatusCode.PartialContent, Process.Http.SendAsync(request));
        return (response.Content.Headers, await response.Content.ReadAsByteArrayAsync());
    }

    public static string UrlOf(JsonNode artifact) => string.Create(CultureInfo.InvariantCulture, $"api/casts/{artifact["castId"]}/artifacts/{artifact["artifact"]}");

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        if (AzuriteFactAttribute.Connection.Length > 0)
        {
            await Container.DeleteIfExistsAsync();
        }
    }

    static async Task<JsonNode> ReadAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStreamAsync())!;
}
