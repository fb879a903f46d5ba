using DurableTask.Core.Exceptions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Patterns;

/// <summary>A start that callers repeat until it is answered: the caller chooses the id, and an id is one order, whatever happens.</summary>
public static class Orders
{
    static readonly OrchestrationRuntimeStatus[] Any =
    [
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended,
        OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated,
    ];

    [Function(nameof(Orders))]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context, string goods)
    {
        string reserved = await context.CallActivityAsync<string>(nameof(Reserve), goods);
        return await context.CallActivityAsync<string>(nameof(Ship), reserved);
    }

    [Function(nameof(Reserve))]
    public static string Reserve([ActivityTrigger] string goods) => $"{goods}, reserved";

    [Function(nameof(Ship))]
    public static string Ship([ActivityTrigger] string goods) => $"{goods}, shipped";

    [Function("Orders_Put")]
    public static async Task<HttpResponseData> Put(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "orders/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        FunctionContext context)
    {
        string? goods = await request.ReadAsStringAsync();
        StartOrchestrationOptions options = new StartOrchestrationOptions(id).WithDedupeStatuses(Any);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(Orders), goods, options, context.CancellationToken);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // It was ordered before: the answer is the same.
        }

        return await client.CreateCheckStatusResponseAsync(request, id, context.CancellationToken);
    }
}
