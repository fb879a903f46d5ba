using System.Net;
using System.Text;
using System.Text.Json;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests.Support;

/// <summary>One sandbox for all tests; each one keeps to its own keys and headers.</summary>
[CollectionDefinition(Name)]
public sealed class OneSandbox : ICollectionFixture<SandboxFixture>
{
    public const string Name = "sandbox";
}

/// <summary>The process that the tests share.</summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    internal SandboxProcess Sandbox { get; private set; } = null!;

    public async Task InitializeAsync() => Sandbox = await SandboxProcess.StartAsync();

    public async Task DisposeAsync() => await Sandbox.DisposeAsync();
}

/// <summary>What tests of the sandbox have in common.</summary>
[Collection(OneSandbox.Name)]
public abstract class SandboxTests(SandboxFixture fixture)
{
    internal SandboxProcess Sandbox => fixture.Sandbox;

    internal HttpClient Http => fixture.Sandbox.Http;

    internal static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    /// <summary>Posts JSON and reads the JSON of the answer, which must have the status.</summary>
    internal async Task<JsonElement> PostAsync(string path, object body, HttpStatusCode status = HttpStatusCode.OK)
    {
        using HttpResponseMessage response = await Http.PostAsync(path, Body(body as string ?? JsonSerializer.Serialize(body)));
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{path} answered {(int)response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Body(body) };
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await Http.SendAsync(request);
    }
}
