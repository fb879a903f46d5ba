using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Patterns;

/// <summary>Function chaining: each step takes what the one before gave.</summary>
public static class Chaining
{
    [Function(nameof(Chaining))]
    public static async Task<List<string>> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var greetings = new List<string>();
        foreach (string city in context.GetInput<string[]>() ?? ["Tokyo", "Seattle", "London"])
        {
            greetings.Add(await context.CallActivityAsync<string>(nameof(SayHello), city));
        }

        return greetings;
    }

    [Function(nameof(SayHello))]
    public static string SayHello([ActivityTrigger] string city) => $"Hello, {city}!";

    [Function("Chaining_Start")]
    public static async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "chaining")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        string id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(Chaining), cancellation: context.CancellationToken);
        return request.CreateResponse(System.Net.HttpStatusCode.Accepted);
    }
}
