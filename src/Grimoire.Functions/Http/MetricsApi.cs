using System.Text;
using Grimoire.Accounts;
using Grimoire.Functions.Security;
using Grimoire.Functions.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>What this process has counted since its start.</summary>
public sealed class MetricsApi(MetricsCollector metrics)
{
    [Function("Metrics")]
    [Needs(Role.Admin, Operators = true, Unlimited = true)]
    public Task<HttpResponseData> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/ops/metrics")] HttpRequestData request,
        CancellationToken cancellation) => Answer.TextAsync(request, MetricsCollector.ContentType, Encoding.UTF8.GetBytes(metrics.Text()), cancellation);
}
