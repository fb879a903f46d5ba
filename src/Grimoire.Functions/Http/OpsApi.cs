using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>For whoever looks after the app.</summary>
public sealed class OpsApi(StalledSteps stalled, OpsOptions options)
{
    const int MaxMinutes = 1_000_000;

    [Function("ListStalledSteps")]
    public async Task<HttpResponseData> StalledAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "ops/stalled")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var minutes = request.Whole("minutes", options.StalledMinutes, 0, MaxMinutes);
        var page = await stalled
            .ListAsync(client, request.Account(), TimeSpan.FromMinutes(minutes), request.Whole("top", 50, 1, 200), request.Continuation(), cancellation)
            .ConfigureAwait(false);
        return await Answer.OkAsync(request, new { minutes, page.Stalled, page.Continuation }, cancellation).ConfigureAwait(false);
    }
}
