using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Counting;

/// <summary>A counter: its state is the number, its methods are the operations. At every hundred it celebrates.</summary>
public sealed class Counter(ILogger<Counter> logger) : TaskEntity<int>
{
    public int Add(int amount)
    {
        int before = State;
        State += amount;
        logger.LogInformation("{Counter} is {State}", Context.Id, State);
        if (State / 100 > before / 100)
        {
            int hundred = State / 100 * 100;
            Context.ScheduleNewOrchestration(
                nameof(Celebration.Celebrate), hundred, new StartOrchestrationOptions($"{Context.Id.Key}-{hundred}"));
        }

        return State;
    }

    public int Get() => State;

    public void Reset() => State = 0;

    [Function(nameof(Counter))]
    public static Task DispatchAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Counter>();
}

/// <summary>What a counter starts.</summary>
public static class Celebration
{
    [Function(nameof(Celebrate))]
    public static Task<string> Celebrate([OrchestrationTrigger] TaskOrchestrationContext context, int reached) =>
        context.CallActivityAsync<string>(nameof(Cheer), reached);

    [Function(nameof(Cheer))]
    public static string Cheer([ActivityTrigger] int reached) => $"{reached}!";
}

/// <summary>Counters over HTTP.</summary>
public static class CounterFunctions
{
    [Function("Counter_Signal")]
    public static async Task<HttpResponseData> SignalAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "counters/{key}/{operation:alpha}/{amount:int?}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string key,
        string operation,
        int? amount,
        FunctionContext context)
    {
        await client.Entities.SignalEntityAsync(
            new EntityInstanceId(nameof(Counter), key), operation, amount, cancellation: context.CancellationToken);
        return request.CreateResponse(HttpStatusCode.Accepted);
    }

    [Function("Counter_Get")]
    public static async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "counters/{key}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string key,
        FunctionContext context)
    {
        EntityMetadata<int>? counter = await client.Entities.GetEntityAsync<int>(
            new EntityInstanceId(nameof(Counter), key), context.CancellationToken);
        if (counter is null)
        {
            return request.CreateResponse(HttpStatusCode.NotFound);
        }

        HttpResponseData response = request.CreateResponse();
        await response.WriteAsJsonAsync(counter.State, context.CancellationToken);
        return response;
    }

    [Function("Counter_Delete")]
    public static async Task<HttpResponseData> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "delete", Route = "counters/{key}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string key,
        FunctionContext context)
    {
        await client.Entities.SignalEntityAsync(new EntityInstanceId(nameof(Counter), key), "delete", context.CancellationToken);
        return request.CreateResponse(HttpStatusCode.Accepted);
    }

    /// <summary>Counts up step by step, each step waiting for the one before.</summary>
    [Function(nameof(CountUp))]
    public static async Task<int> CountUp([OrchestrationTrigger] TaskOrchestrationContext context, CountUpRequest request)
    {
        var counter = new EntityInstanceId(nameof(Counter), request.Key);
        for (int step = 0; step < request.Steps; step++)
        {
            await context.Entities.CallEntityAsync<int>(counter, nameof(Counter.Add), 1);
        }

        await context.Entities.SignalEntityAsync(new EntityInstanceId(nameof(Counter), "all"), nameof(Counter.Add), request.Steps);
        return await context.Entities.CallEntityAsync<int>(counter, nameof(Counter.Get));
    }

    [Function("CountUp_Start")]
    public static async Task<HttpResponseData> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "count-ups")] HttpRequestData request,
        [FromBody] CountUpRequest asked,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        string id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(CountUp), asked, context.CancellationToken);
        return await client.CreateCheckStatusResponseAsync(request, id, context.CancellationToken);
    }
}

/// <summary>Which counter to count up, and how far.</summary>
public sealed record CountUpRequest(string Key, int Steps);
