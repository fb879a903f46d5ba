using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Embedded.Functions.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>The real app, in a folder and a container of its own. It asks for no keys, unless it is told to, and may call what is on this machine.</summary>
internal sealed class GrimoireApp : IAsyncDisposable
{
    readonly TestApp _app;
    readonly string _container = $"e2e-{Guid.NewGuid():N}";
    AppProcess? _process;

    GrimoireApp(string? storage, ITestOutputHelper? output)
    {
        _app = new TestApp("Grimoire.Functions", output) { Parent = "src" };
        _app.Environment["AzureWebJobsStorage"] = storage;
        _app.Environment["Storage__Container"] = _container;
        _app.Environment["Security__Keys"] = "off";
        _app.Environment["Egress__Allow"] = "127.0.0.1";
        _app.Environment["Tools__Secrets__SANDBOX_HMAC"] = "sandbox-hmac-secret";
    }

    public AppProcess Process => _process ?? throw new InvalidOperationException("It is not started yet.");

    public AppKeys Keys => _app.Keys;

    public string Folder => _app.Folder;

    /// <summary>The key that requests bring; null for none.</summary>
    public string? Key { get; set; }

    /// <summary>Settings beyond those that every test has.</summary>
    public Dictionary<string, string?> Settings => _app.Environment;

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

    /// <summary>Starts an app that asks for keys, whose requests bring its first one.</summary>
    public static async Task<GrimoireApp> StartWithKeysAsync(string? storage, ITestOutputHelper? output = null)
    {
        GrimoireApp app = Of(storage, output);
        app.Settings["Security__Keys"] = "required";
        await app.RestartAsync();
        await app.Process.WaitForOutputAsync(line => line.Contains("This is shown once", StringComparison.Ordinal));
        app.Key = FirstKey.In(app.Process.Output);
        return app;
    }

    /// <summary>Sends a request, with the key if there is one.</summary>
    /// <param name="method">GET, PUT...</param>
    /// <param name="path">Below /api.</param>
    /// <param name="body">Text or bytes as they are, anything else as JSON; null for none.</param>
    /// <param name="headers">More headers.</param>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, object? body = null, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "api/" + path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body as byte[] ?? Encoding.UTF8.GetBytes(body as string ?? JsonSerializer.Serialize(body)));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        foreach ((string name, string? value) in headers)
        {
            if (name == "Content-Type")
            {
                request.Content!.Headers.Remove(name);
                _ = value is null || request.Content.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (Key is not null && !request.Headers.Contains("Authorization"))
        {
            request.Headers.Add("Authorization", "Bearer " + Key);
        }

        return await Process.Http.SendAsync(request);
    }

    /// <summary>Sends a request that is to be answered with that status, and gives the JSON of the answer.</summary>
    public async Task<JsonElement> ExpectAsync(HttpStatusCode status, string method, string path, object? body = null, params (string Name, string? Value)[] headers)
    {
        using HttpResponseMessage response = await Process.ExpectAsync(status, SendAsync(method, path, body, headers));
        string text = await response.Content.ReadAsStringAsync();
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    public Task<JsonElement> GetAsync(string path) => ExpectAsync(HttpStatusCode.OK, "GET", path);

    /// <summary>Sends a request that is to be refused, and gives what the refusal says.</summary>
    public async Task<JsonElement> RefusedAsync(
        HttpStatusCode status, string code, string method, string path, object? body = null, params (string Name, string? Value)[] headers)
    {
        using HttpResponseMessage got = await Process.ExpectAsync(status, SendAsync(method, path, body, headers));
        Assert.Equal("application/problem+json", got.Content.Headers.ContentType?.MediaType);
        var problem = await got.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
        return problem;
    }

    /// <summary>Makes an account and, with the present key, one of an admin of it.</summary>
    public async Task<(string Key, string Id)> AccountAsync(string name)
    {
        await ExpectAsync(HttpStatusCode.Created, "PUT", $"accounts/{name}");
        return Made(await ExpectAsync(HttpStatusCode.Created, "POST", $"keys?account={name}", new { name = $"admin of {name}", role = "admin" }));
    }

    /// <summary>Makes a key of the account of the present one.</summary>
    public async Task<(string Key, string Id)> KeyAsync(string name, string role, string? expiresAt = null) =>
        Made(await ExpectAsync(HttpStatusCode.Created, "POST", "keys", new { name, role, expiresAt }));

    static (string Key, string Id) Made(JsonElement key) => (key.GetProperty("key").GetString()!, key.GetProperty("id").GetString()!);

    /// <summary>Starts a cast and gives its id.</summary>
    public async Task<string> CastAsync(object spell, object? inputs = null, string? key = null) =>
        (await ExpectAsync(HttpStatusCode.Accepted, "POST", "casts", new { spell, inputs = inputs ?? new { } }, key is null ? [] : [("Idempotency-Key", key)]))
        .GetProperty("castId").GetString()!;

    /// <summary>Waits until the cast is as wanted.</summary>
    public Task<JsonElement> SeeAsync(string castId, params string[] statuses) =>
        Eventually.SeeAsync(() => GetAsync($"casts/{castId}"), cast => statuses.Contains(cast.GetProperty("status").GetString()), Process);

    /// <summary>Waits until an event of that type has happened.</summary>
    public Task<JsonElement> SeeEventAsync(string castId, string type, int times = 1) => Eventually.SeeAsync(
        () => GetAsync($"casts/{castId}/events"),
        page => page.GetProperty("events").EnumerateArray().Count(e => e.GetProperty("type").GetString() == type) >= times,
        Process);

    /// <summary>Waits until the step waits for its next attempt.</summary>
    public Task<JsonElement> WaitsAsync(string castId, string step) => Eventually.SeeAsync(
        () => GetAsync($"casts/{castId}"),
        cast => cast.GetProperty("steps").EnumerateArray().Any(one => one.GetProperty("id").GetString() == step && one.TryGetProperty("retryAt", out _)),
        Process);

    /// <summary>Waits for the end of the cast, which must be this one.</summary>
    public async Task<JsonElement> EndAsync(string castId, string status = "completed")
    {
        JsonElement end = await SeeAsync(castId, "completed", "failed", "cancelled");
        if (end.GetProperty("status").GetString() != status)
        {
            Assert.Fail($"The cast did not end {status}: {end}\nThe app said:\n{Process.Output}");
        }

        // The journal ends just before the orchestration does.
        await Eventually.SeeAsync(
            () => GetAsync($"casts/{castId}"), cast => cast.GetProperty("runtimeStatus").GetString() is "Completed" or "Failed" or "Terminated", Process);
        return end;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        if (AzuriteFactAttribute.Connection.Length > 0)
        {
            await Container.DeleteIfExistsAsync();
        }
    }
}

/// <summary>The app without a storage account, and the sandbox, for all tests that leave them as they are.</summary>
public sealed class AppWithFiles : IAsyncLifetime
{
    GrimoireApp? _app;
    SandboxProcess? _sandbox;

    internal GrimoireApp App => _app ?? throw new InvalidOperationException("It is not started yet.");

    internal SandboxProcess Sandbox => _sandbox ?? throw new InvalidOperationException("It is not started yet.");

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxProcess.StartAsync();
        _app = await GrimoireApp.StartAsync(storage: null);
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}

/// <summary>One app for all of these.</summary>
[CollectionDefinition(Name)]
public sealed class SharedApp : ICollectionFixture<AppWithFiles>
{
    public const string Name = "the shared app";
}
