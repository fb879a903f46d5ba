using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Bench.App;

/// <summary>An orchestration of activities that do nothing and return 1, one after the other; started over HTTP, or also waited for.</summary>
public static class Steps
{
    [Function("start")]
    public static async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        string id = await ScheduleAsync(request, client, cancellation);
        return await client.CreateCheckStatusResponseAsync(request, id, cancellation);
    }

    [Function("run")]
    public static async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        string id = await ScheduleAsync(request, client, cancellation);
        OrchestrationMetadata end = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellation);
        if (end.RuntimeStatus != OrchestrationRuntimeStatus.Completed)
        {
            return request.CreateResponse(HttpStatusCode.InternalServerError);
        }

        HttpResponseData response = request.CreateResponse(HttpStatusCode.OK);
        await response.WriteAsJsonAsync(end.ReadOutputAs<int>(), cancellation);
        return response;
    }

    [Function(nameof(InSequence))]
    public static async Task<int> InSequence([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        int count = context.GetInput<int>();
        int sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += await context.CallActivityAsync<int>(nameof(One), i);
        }

        return sum;
    }

    [Function(nameof(One))]
    public static int One([ActivityTrigger] int number) => number >= 0 ? 1 : 0;

    static async Task<string> ScheduleAsync(HttpRequestData request, DurableTaskClient client, CancellationToken cancellation)
    {
        Work work = await request.ReadFromJsonAsync<Work>(cancellation) ?? throw new InvalidOperationException("The body says how many steps.");
        return await client.ScheduleNewOrchestrationInstanceAsync(nameof(InSequence), work.N, cancellation);
    }

    /// <param name="N">How many activities.</param>
    public sealed record Work(int N);
}
