using System.Net;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Whether the app is there, whether it can work, and what of it cannot.</summary>
public sealed class HealthApi(IObjectStore objects, TimeProvider time)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Function("HealthLive")]
    public static Task<HttpResponseData> LiveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequestData request,
        CancellationToken cancellation) => Answer.OkAsync(request, new { status = "ok" }, cancellation);

    [Function("HealthReady")]
    public async Task<HttpResponseData> ReadyAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "health/ready")] HttpRequestData request,
        CancellationToken cancellation)
    {
        var storage = await CheckAsync(objects.CheckAsync, cancellation).ConfigureAwait(false);
        return storage.Error is null
            ? await Answer.OkAsync(request, new { status = "ok" }, cancellation).ConfigureAwait(false)
            : throw new Problem(HttpStatusCode.ServiceUnavailable, "health.notReady", $"The storage is not there: {storage.Error}")
            {
                Headers = [("Retry-After", "5")],
            }.Refused();
    }

    [Function("Health")]
    public async Task<HttpResponseData> AllAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "health")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var checks = await Task.WhenAll(
            CheckAsync(objects.CheckAsync, cancellation),
            CheckAsync(token => client.GetInstanceAsync("health", getInputsAndOutputs: false, token), cancellation)).ConfigureAwait(false);
        return await Answer.OkAsync(
            request,
            new { status = checks.All(check => check.Error is null) ? "ok" : "degraded", dependencies = new { storage = checks[0], engine = checks[1] } },
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Whatever is wrong with a dependency is what is asked here, so it is an answer and no failure.</summary>
    async Task<DependencyHealth> CheckAsync(Func<CancellationToken, Task> check, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        var began = time.GetTimestamp();
        string? error = null;
        try
        {
            await check(over.Token).WaitAsync(over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            error = $"no answer within {Patience.TotalSeconds} s";
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            error = failure.Message;
        }

        return new DependencyHealth(error is null ? "ok" : "down", (int)time.GetElapsedTime(began).TotalMilliseconds, error);
    }
}

/// <param name="Status">ok or down.</param>
/// <param name="Ms">How long it took to answer.</param>
public sealed record DependencyHealth(string Status, int Ms, string? Error);
