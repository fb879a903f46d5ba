using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Embedded.Functions.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>The real app, in a folder and a container of its own. It asks for its keys.</summary>
internal sealed class GrimoireApp : IAsyncDisposable
{
    readonly TestApp _app;
    readonly string _container = $"e2e-{Guid.NewGuid():N}";
    AppProcess? _process;

    GrimoireApp(string? storage, ITestOutputHelper? output)
    {
        _app = new TestApp("Grimoire.Functions", output) { Parent = "src" };
        _app.Environment["AzureWebJobsStorage"] = storage;
        _app.Environment["Artifacts__Container"] = _container;
    }

    public AppProcess Process => _process ?? throw new InvalidOperationException("It is not started yet.");

    public AppKeys Keys => _app.Keys;

    public string Folder => _app.Folder;

    public BlobContainerClient Container => new(AzuriteFactAttribute.Connection, _container);

    /// <param name="storage">A connection string; null for none.</param>
    /// <param name="output">Where what its processes said goes to.</param>
    public static async Task<GrimoireApp> StartAsync(string? storage, ITestOutputHelper? output = null)
    {
        GrimoireApp app = Of(storage, output);
        await app.RestartAsync();
        return app;
    }

    public static GrimoireApp Of(string? storage, ITestOutputHelper? output = null) => new(storage, output);

    public AppProcess Launch() => _app.Launch();

    public async Task RestartAsync() => _process = await _app.StartAsync();

    public async Task<StartedInstance> PublishAsync(object note)
    {
        StartedInstance started = await StartedInstance.OfAsync(Process, PostAsync("api/notes", JsonSerializer.Serialize(note)));
        await started.SeeAsync(status => State(status) == "waiting");
        return started;
    }

    public Task<HttpResponseMessage> AnswerAsync(string id, bool approved, string? comment = null) =>
        PostAsync($"api/notes/{id}/approval", JsonSerializer.Serialize(new { approved, comment }));

    public async Task<string> PageAsync(string id)
    {
        using HttpResponseMessage response = await Process.ExpectAsync(HttpStatusCode.OK, FetchAsync(id));
        return await response.Content.ReadAsStringAsync();
    }

    public Task<HttpResponseMessage> FetchAsync(string id) => SendAsync(new HttpRequestMessage(HttpMethod.Get, $"api/notes/{id}/page"));

    public Task<HttpResponseMessage> PostAsync(string path, string body, string? idempotencyKey = null, string? type = "application/json") =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), idempotencyKey, type);

    public Task<HttpResponseMessage> PostAsync(string path, byte[] body, string? idempotencyKey = null, string? type = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (type is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        }

        return SendAsync(request);
    }

    /// <summary>What a refusal says.</summary>
    public async Task<JsonElement> ProblemAsync(HttpStatusCode status, Task<HttpResponseMessage> response)
    {
        using HttpResponseMessage got = await Process.ExpectAsync(status, response);
        Assert.Equal("application/problem+json", got.Content.Headers.ContentType?.MediaType);
        var problem = await got.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        return problem;
    }

    public async Task RefusedAsync(HttpStatusCode status, string code, Task<HttpResponseMessage> response) =>
        Assert.Equal(code, (await ProblemAsync(status, response)).GetProperty("code").GetString());

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        if (AzuriteFactAttribute.Connection.Length > 0)
        {
            await Container.DeleteIfExistsAsync();
        }
    }

    /// <summary>With a function key; not by default, because in the header it goes over the other key that management URLs carry.</summary>
    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            request.Headers.Add("x-functions-key", Keys.Function);
            return await Process.Http.SendAsync(request);
        }
    }

    static string? State(JsonElement status) =>
        status.TryGetProperty("customStatus", out JsonElement custom) && custom.ValueKind == JsonValueKind.Object ? custom.GetProperty("state").GetString() : null;
}

/// <summary>The app without a storage account, for all tests that leave it as it is.</summary>
public sealed class AppWithFiles : IAsyncLifetime
{
    GrimoireApp? _app;

    internal GrimoireApp App => _app ?? throw new InvalidOperationException("It is not started yet.");

    public async Task InitializeAsync() => _app = await GrimoireApp.StartAsync(storage: null);

    public async Task DisposeAsync() => await App.DisposeAsync();
}
