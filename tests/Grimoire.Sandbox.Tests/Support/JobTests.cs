using System.Net;
using System.Text.Json;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests.Support;

/// <summary>What tests of jobs have in common: a key of their own and somebody to call back.</summary>
public abstract class JobTests(SandboxFixture fixture) : SandboxTests(fixture), IAsyncLifetime
{
    /// <summary>What all keys of this test start with.</summary>
    internal string Test { get; } = Guid.NewGuid().ToString("N");

    internal Receiver Receiver { get; private set; } = null!;

    internal string CallbackUrl => new Uri(Receiver.Url, $"callback?token={Test}").AbsoluteUri;

    internal SandboxJobs Jobs => Sandbox.Jobs;

    public async Task InitializeAsync() => Receiver = await Receiver.StartAsync();

    public async Task DisposeAsync() => await Receiver.DisposeAsync();

    /// <summary>Posts JSON with the key of the test, and reads the JSON of the answer, which must have the status.</summary>
    internal async Task<JsonElement> StartAsync(string path, object body, HttpStatusCode status, string? key = null)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, path, JsonSerializer.Serialize(body), ("Idempotency-Key", $"{Test}{key}"));
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{path} answered {(int)response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Starts a plain job that does not move by itself, and calls back.</summary>
    /// <returns>Its id.</returns>
    internal async Task<string> StartPlainAsync(string? key = null, string[]? events = null)
    {
        var request = new { manual = true, callbackUrl = CallbackUrl, callbackEvents = events ?? ["started", "progress", "completed"] };
        return (await StartAsync("jobs", request, HttpStatusCode.Accepted, key)).GetProperty("id").GetString()!;
    }

    internal async Task<JsonElement> GetAsync(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using HttpResponseMessage response = await Http.GetAsync(path);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{path} answered {(int)response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Switches a fault on for the callbacks of this test.</summary>
    internal Task SetAsync(SandboxCallbackFault fault) => Jobs.SetCallbackFaultAsync(fault with { Key = $"{Test}*" });

    /// <summary>What the callbacks that came were about.</summary>
    internal string[] Events() => [.. Receiver.All.Select(received => received.Text("event")!)];
}
