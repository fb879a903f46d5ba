using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Bench.App;

/// <summary>Instances that wait for an event that never comes, and how many of whatever status there are.</summary>
public static class Instances
{
    const int PageSize = 5_000;

    [Function("wait")]
    public static async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        string id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(WaitForGo), cancellation);
        return await client.CreateCheckStatusResponseAsync(request, id, cancellation);
    }

    [Function(nameof(WaitForGo))]
    public static Task<int> WaitForGo([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<int>("Go");

    [Function("count")]
    public static async Task<HttpResponseData> Count(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "count/{status}")] HttpRequestData request,
        string status,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var query = new OrchestrationQuery(Statuses: [Enum.Parse<OrchestrationRuntimeStatus>(status)], PageSize: PageSize);
        int count = 0;
        await foreach (Page<OrchestrationMetadata> page in client.GetAllInstancesAsync(query).AsPages().WithCancellation(cancellation))
        {
            count += page.Values.Count;
        }

        HttpResponseData response = request.CreateResponse(HttpStatusCode.OK);
        await response.WriteAsJsonAsync(count, cancellation);
        return response;
    }
}
