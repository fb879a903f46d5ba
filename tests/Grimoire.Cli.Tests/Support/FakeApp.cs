using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grimoire.Cli.Tests.Support;

/// <summary>What stands in for an app, where a real one would have to misbehave: it answers as a test says, and remembers what it was asked.</summary>
sealed class FakeApp : IAsyncDisposable
{
    readonly WebApplication _app;

    FakeApp(WebApplication app) => _app = app;

    public ConcurrentQueue<(string Path, string? Key, string? Idempotency)> Asked { get; } = new();

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<FakeApp> StartAsync(Func<HttpContext, int, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var fake = new FakeApp(app);
        var count = 0;
        app.Run(async context =>
        {
            fake.Asked.Enqueue((
                context.Request.Path + context.Request.QueryString, context.Request.Headers.Authorization, context.Request.Headers["Idempotency-Key"]));
            await answer(context, Interlocked.Increment(ref count));
        });
        await app.StartAsync();
        return fake;
    }

    /// <summary>One that answers everything with this.</summary>
    public static Task<FakeApp> AnsweringAsync(string json, int status = 200) => StartAsync((context, _) => WriteAsync(context, json, status));

    public static async Task WriteAsync(HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
