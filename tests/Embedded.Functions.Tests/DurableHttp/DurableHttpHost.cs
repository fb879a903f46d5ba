using System.Text;
using System.Text.Json;
using Embedded.DurableTask;
using Embedded.Functions.DurableHttp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.Functions.Tests.DurableHttp;

/// <summary>A real Kestrel with the Durable HTTP API over a real hub, in a folder of its own.</summary>
internal sealed class DurableHttpHost : IAsyncDisposable
{
    public const string Key = "a key+with/odd=signs&more";

    readonly string _folder = Directory.CreateTempSubdirectory("durable-http-").FullName;
    readonly Action<DurableTaskRegistry> _tasks;
    WebApplication? _app;
    EmbeddedTaskHub? _hub;

    DurableHttpHost(Action<DurableTaskRegistry> tasks) => _tasks = tasks;

    public HttpClient Http { get; private set; } = null!;

    public DurableTaskClient Client => _app!.Services.GetRequiredService<DurableTaskClient>();

    public HttpClient OutgoingHttp { get; } = BuiltInHttpActivity.CreateClient();

    public static async Task<DurableHttpHost> StartAsync(Action<DurableTaskRegistry> tasks, DurableHttpSettings? settings = null)
    {
        var host = new DurableHttpHost(tasks);
        await host.StartAppAsync(settings);
        return host;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAppAsync(null);
    }

    /// <summary>Sends a request to a path below the API.</summary>
    public async Task<Reply> SendAsync(
        HttpMethod method, string path, string? body = null, string contentType = "application/json", string? continuation = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Http.BaseAddress!, ManagementUrls.ApiPath + "/" + path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (continuation is not null)
        {
            request.Headers.Add("x-ms-continuation-token", continuation);
        }

        using HttpResponseMessage response = await Http.SendAsync(request);
        return new Reply((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers);
    }

    public Task<Reply> GetAsync(string path, string? continuation = null) => SendAsync(HttpMethod.Get, path, continuation: continuation);

    public Task<Reply> PostAsync(string path, string? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<Reply> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Starts an instance and waits for its end.</summary>
    public async Task<OrchestrationMetadata> RunAsync(string name, object? input = null, string? id = null) =>
        await EndOfAsync(await Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id)));

    /// <summary>Starts an instance and waits until it runs.</summary>
    public async Task<string> BeginAsync(string name, object? input = null, string? id = null)
    {
        string started = await Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id));
        await Client.WaitForInstanceStartAsync(started, Limit());
        return started;
    }

    public Task<OrchestrationMetadata> EndOfAsync(string id) =>
        Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Limit());

    public async Task UntilStatusAsync(string id, OrchestrationRuntimeStatus status) => await UntilAsync(
        async () => (await Client.GetInstanceAsync(id, Limit()))?.RuntimeStatus == status);

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        CancellationToken limit = Limit();
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit);
        }
    }

    public static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        OutgoingHttp.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    async Task StopAsync()
    {
        Http.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        await _hub!.DisposeAsync();
    }

    async Task StartAppAsync(DurableHttpSettings? settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _hub = new EmbeddedTaskHub(new EmbeddedOptions { File = Path.Combine(_folder, "hub.db") });
        builder.Services.AddDurableTaskWorker(worker =>
        {
            worker.AddTasks(_tasks);
            worker.AddTasks(tasks => tasks.AddActivity(DurableHttpCall.ActivityName, new BuiltInHttpActivity(OutgoingHttp)));
            worker.UseEmbedded(_hub);
        });
        builder.Services.AddDurableTaskClient(client => client.UseEmbedded(_hub));
        _app = builder.Build();
        var api = new DurableHttpApi(
            _hub,
            settings ?? new DurableHttpSettings { HubName = "TestHub", SystemKey = Key },
            TimeProvider.System,
            NullLogger<DurableHttpApi>.Instance);
        _app.Run(context => context.Request.Path.StartsWithSegments(ManagementUrls.ApiPath, StringComparison.OrdinalIgnoreCase)
            ? api.HandleAsync(context)
            : Task.FromException(new InvalidOperationException($"Not for the API: {context.Request.Path}")));
        await _app.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }
}

internal sealed record Reply(
    int Status,
    string Body,
    System.Net.Http.Headers.HttpResponseHeaders Headers,
    System.Net.Http.Headers.HttpContentHeaders ContentHeaders)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    /// <summary>What an error says.</summary>
    public string Message => Json.GetProperty(nameof(Message)).GetString()!;

    public string? Continuation => Headers.TryGetValues("x-ms-continuation-token", out IEnumerable<string>? values) ? values.Single() : null;
}
