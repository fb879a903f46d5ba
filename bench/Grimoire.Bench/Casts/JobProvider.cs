using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Grimoire.Bench.Casts;

/// <summary>A provider that takes every job at once and does none of them: who called, it keeps, so that the measurement can call back.</summary>
internal sealed class JobProvider : IAsyncDisposable
{
    readonly WebApplication _door;
    readonly ConcurrentQueue<Job> _waiting = new();
    readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    int _count;

    JobProvider(WebApplication door) => _door = door;

    /// <summary>How many jobs it has taken.</summary>
    public int Count => _count;

    public Uri Url => new(_door.Urls.First());

    public static async Task<JobProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new JobProvider(builder.Build());
        provider._door.Run(provider.TakeAsync);
        await provider._door.StartAsync();
        return provider;
    }

    /// <summary>The tool whose jobs these are.</summary>
    public object Tool => new
    {
        kind = "http",
        delivery = "webhook",
        request = new { url = new Uri(Url, "jobs"), body = new { callbackUrl = "${callback.url}" } },
        response = new { output = new { id = "${response.body.id}" }, costUsd = 0.01 },
        job = new { runId = "${response.body.id}", state = "${response.body.state}", callback = new { } },
        timeout = "PT12H",
    };

    /// <summary>Tells the app that one of the jobs has succeeded, and waits for its answer.</summary>
    public async Task CallBackAsync()
    {
        Check.That(_waiting.TryDequeue(out Job? job), "There is no job left to call back for.");
        using HttpResponseMessage answer = await _http.PostAsync(job!.Callback, JsonContent(new { id = job.Id, state = "succeeded" }));
        string said = await answer.Content.ReadAsStringAsync();
        Check.That(answer.IsSuccessStatusCode, $"A callback was answered {(int)answer.StatusCode}: {said}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _door.DisposeAsync();
    }

    static ByteArrayContent JsonContent(object value) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value)) { Headers = { ContentType = new("application/json") } };

    async Task TakeAsync(HttpContext context)
    {
        JsonElement asked = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: context.RequestAborted);
        string id = $"job-{Interlocked.Increment(ref _count)}";
        _waiting.Enqueue(new Job(id, new Uri(asked.GetProperty("callbackUrl").GetString()!)));
        await context.Response.WriteAsJsonAsync(new { id, state = "running" }, context.RequestAborted);
    }

    sealed record Job(string Id, Uri Callback);
}
