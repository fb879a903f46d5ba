using System.Net;
using Grimoire.Accounts;
using Grimoire.Functions.Security;
using Grimoire.Functions.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Whether the app is there, whether it can work, and what of it cannot.</summary>
public sealed class HealthApi(HealthChecks checks)
{
    [Function("HealthLive")]
    [Open]
    public static Task<HttpResponseData> LiveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health/live")] HttpRequestData request,
        CancellationToken cancellation) => Answer.OkAsync(request, new { status = HealthChecks.Ok }, cancellation);

    [Function("HealthReady")]
    [Open]
    public async Task<HttpResponseData> ReadyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health/ready")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        // Anybody may ask: what exactly is wrong is told to those who have a key, by GET /health.
        return await checks.MissingAsync(client).WaitAsync(cancellation).ConfigureAwait(false) is not { } missing
            ? await Answer.OkAsync(request, new { status = HealthChecks.Ok }, cancellation).ConfigureAwait(false)
            : throw new Problem(HttpStatusCode.ServiceUnavailable, "health.notReady", $"The {missing} does not answer as it should.")
            {
                Headers = [("Retry-After", "5")],
            }.Refused();
    }

    [Function("Health")]
    [Needs(Role.Viewer, Unlimited = true)]
    public async Task<HttpResponseData> AllAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var probeAccount = request.Flag("probe") ? request.Account() : null;
        var found = await Task.WhenAll(
            checks.StorageAsync(cancellation),
            checks.EngineAsync(client, cancellation),
            checks.DiskAsync(cancellation),
            checks.ToolsAsync(probeAccount, cancellation)).ConfigureAwait(false);
        var dependencies = new Dictionary<string, DependencyHealth> { ["storage"] = found[0], ["engine"] = found[1], ["disk"] = found[2], ["tools"] = found[3] };
        var status = HealthChecks.Overall(dependencies);
        return await Answer
            .JsonAsync(request, status == HealthChecks.Down ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, new { status, dependencies }, cancellation)
            .ConfigureAwait(false);
    }
}
