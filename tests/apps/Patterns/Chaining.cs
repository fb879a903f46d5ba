using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Patterns;

/// <summary>Function chaining: each step takes what the one before gave.</summary>
public static class Chaining
{
    static readonly string[] Cities = ["Tokyo", "Seattle", "London"];

    [Function(nameof(Chaining))]
    public static async Task<List<string>> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ILogger logger = context.CreateReplaySafeLogger(nameof(Chaining));
        var greetings = new List<string>();
        foreach (string city in context.GetInput<string[]>() ?? Cities)
        {
            greetings.Add(await context.CallActivityAsync<string>(nameof(SayHello), city));
            logger.LogInformation("Greeted {City}", city);
        }

        return greetings;
    }

    [Function(nameof(SayHello))]
    public static string SayHello([ActivityTrigger] string city) => $"Hello, {city}!";

    [Function("Chaining_Start")]
    public static async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "chaining")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        string id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(Chaining), context.CancellationToken);
        return await client.CreateCheckStatusResponseAsync(request, id, context.CancellationToken);
    }
}
