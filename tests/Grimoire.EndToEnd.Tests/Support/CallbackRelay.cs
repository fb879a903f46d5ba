using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>
/// Where providers call an app back whose processes come and go, each on another port. What is for a step whose id begins with "held" reaches the app, and its
/// answer does not come back until the relay is released; what is for one whose id begins with "gone" does not reach it.
/// </summary>
internal sealed class CallbackRelay : IAsyncDisposable
{
    readonly WebApplication _door;
    readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    readonly ConcurrentDictionary<string, int> _seen = new();
    readonly ConcurrentDictionary<string, bool> _passing = new();
    readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    CallbackRelay(WebApplication door) => _door = door;

    public Uri Url => new(_door.Urls.First());

    /// <summary>The app, as long as it lives.</summary>
    public Uri? Target { get; set; }

    public static async Task<CallbackRelay> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var relay = new CallbackRelay(builder.Build());
        relay._door.Run(relay.TakeAsync);
        await relay._door.StartAsync();
        return relay;
    }

    /// <summary>How many callbacks there were for a cast, whether they reached the app or not.</summary>
    public int Seen(string castId) => _seen.GetValueOrDefault(castId);

    /// <summary>From now on callbacks of the cast pass, whatever its steps are called.</summary>
    public void Pass(string castId) => _passing[castId] = true;

    /// <summary>From now on nothing is held back, and what was is given up.</summary>
    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _door.DisposeAsync();
        _http.Dispose();
    }

    async Task TakeAsync(HttpContext context)
    {
        // api/webhooks/{cast}/{step}/{attempt}
        string[] path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        (string cast, string step) = (path[2], path[3]);
        bool isGone = step.StartsWith("gone", StringComparison.Ordinal) && !_passing.ContainsKey(cast);
        bool isHeld = step.StartsWith("held", StringComparison.Ordinal) && !_released.Task.IsCompleted;
        try
        {
            if (!isGone)
            {
                await ForwardAsync(context, answers: !isHeld);
            }
        }
        catch (HttpRequestException)
        {
            // The app is not there: the caller sees no answer.
            context.Abort();
            return;
        }
        finally
        {
            _seen.AddOrUpdate(cast, 1, (_, count) => count + 1);
        }

        if (isGone || isHeld)
        {
            await Task.WhenAny(_released.Task, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
            context.Abort();
        }
    }

    async Task ForwardAsync(HttpContext context, bool answers)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(Target ?? throw new HttpRequestException("There is no app."), context.Request.Path.Value + context.Request.QueryString));
        request.Content = new StreamContent(context.Request.Body);
        foreach (var header in context.Request.Headers.Where(header => header.Key != "Host"))
        {
            _ = request.Headers.TryAddWithoutValidation(header.Key, [.. header.Value]) || request.Content.Headers.TryAddWithoutValidation(header.Key, [.. header.Value]);
        }

        using HttpResponseMessage response = await _http.SendAsync(request, context.RequestAborted);
        if (answers)
        {
            context.Response.StatusCode = (int)response.StatusCode;
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }
}
