using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace Grimoire.Sandbox.Tests.Support;

/// <summary>Whom the sandbox calls back: remembers what came, and answers as the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<Received> _received = new();

    Receiver(WebApplication app)
    {
        _app = app;
        app.Run(AnswerAsync);
    }

    public Uri Url { get; private set; } = null!;

    /// <summary>The status of each answer, which may take its time.</summary>
    public Func<Received, Task<int>> Answer { get; set; } = _ => Task.FromResult(200);

    /// <summary>What came, in the order in which it did.</summary>
    public IReadOnlyList<Received> All => [.. _received];

    public static async Task<Receiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new Receiver(builder.Build());
        await receiver._app.StartAsync();
        receiver.Url = new Uri(receiver._app.Urls.Single() + "/");
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        string body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var received = new Received(context.Request.GetEncodedPathAndQuery(), headers, body);
        _received.Enqueue(received);
        context.Response.StatusCode = await Answer(received);
        await context.Response.WriteAsync($"answered {context.Response.StatusCode}");
    }
}

/// <summary>A callback as it came.</summary>
internal sealed record Received(string PathAndQuery, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Text(string member) => Json.GetProperty(member).GetString();
}
