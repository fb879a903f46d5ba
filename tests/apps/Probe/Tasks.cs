using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Probe;

public sealed record Parcel(string Item, int Count, string? Address);

/// <summary>An orchestrator that is a class; its tasks are called by name.</summary>
[DurableTask("Greeting")]
public sealed class Greeting(ILogger<Greeting> logger) : TaskOrchestrator<string[], List<string>>
{
    public override async Task<List<string>> RunAsync(TaskOrchestrationContext context, string[] input)
    {
        logger.LogInformation("Greeting runs");
        var said = new List<string>();
        foreach (string name in input)
        {
            said.Add(await context.CallActivityAsync<string>("Greet", name));
            said.Add(await context.CallActivityAsync<string>(nameof(Tasks.Shout), name));
        }

        var tally = new EntityInstanceId("Tally", context.InstanceId);
        await context.Entities.CallEntityAsync(tally, "Add", said.Count);
        said.Add($"{await context.Entities.CallEntityAsync<int>(tally, "Get")}");
        said.Add($"{await context.Entities.CallEntityAsync<int>(new EntityInstanceId(nameof(Tasks.Dispatched), context.InstanceId), "Add", 5)}");
        return said;
    }
}

/// <summary>An activity that is a class with services.</summary>
[DurableTask("Greet")]
public sealed class Greet(Scoped scoped, ILogger<Greet> logger) : TaskActivity<string, string>
{
    public override Task<string> RunAsync(TaskActivityContext context, string input)
    {
        logger.LogInformation("Greet runs");
        return Task.FromResult($"Hello, {input}!{(scoped.IsDisposed ? " (disposed)" : "")}");
    }
}

/// <summary>An entity that is a class with services.</summary>
[DurableTask("Tally")]
public sealed class Tally(ILogger<Tally> logger) : TaskEntity<int>
{
    public void Add(int amount)
    {
        logger.LogInformation("Tally adds");
        State += amount;
    }

    public int Get() => State;
}

public sealed class Adder : TaskEntity<int>
{
    public int Add(int amount) => State += amount;
}

/// <summary>Tasks that are methods.</summary>
public sealed class Tasks(Holds holds, Crowd crowd)
{
    [Function(nameof(Shout))]
    public static string Shout([ActivityTrigger] string name, FunctionContext context) =>
        $"{name.ToUpperInvariant()} {context.Items["trail"]} {context.BindingContext.BindingData.ContainsKey("instanceId")}";

    [Function(nameof(Dispatched))]
    public static Task Dispatched([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Adder>();

    /// <summary>Takes its input as a parameter, and again as another type that knows more of it.</summary>
    [Function(nameof(TwiceRead))]
    public static async Task<object> TwiceRead([OrchestrationTrigger] TaskOrchestrationContext context, Order order)
    {
        Parcel? parcel = context.GetInput<Parcel>();
        return new { order, Parcel = await context.CallActivityAsync<Parcel>(nameof(Wrap), parcel) };
    }

    [Function(nameof(Wrap))]
    public static Parcel Wrap([ActivityTrigger] Parcel parcel) => parcel with { Count = parcel.Count + 1 };

    [Function(nameof(Version))]
    public static string Version([OrchestrationTrigger] TaskOrchestrationContext context) => $"<{context.Version}>";

    /// <summary>As many activities at once as it is asked for, which wait until they are released.</summary>
    [Function(nameof(WaitMany))]
    public static Task WaitMany([OrchestrationTrigger] TaskOrchestrationContext context, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => context.CallActivityAsync(nameof(WaitOne), context.InstanceId)));

    [Function(nameof(WaitOne))]
    public async Task WaitOne([ActivityTrigger] string name, FunctionContext context)
    {
        crowd.Enter(name);
        holds[name].Enter();
        await holds[name].Released.WaitAsync(context.CancellationToken);
        crowd.Leave(name);
    }

    [Function(nameof(Start))]
    public static async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "start/{name}/{id?}")] HttpRequestData request,
        string name, string? id, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        JsonElement? input = request.Body.Length == 0 ? null : await request.ReadFromJsonAsync<JsonElement>(context.CancellationToken);
        string instance = await client.ScheduleNewOrchestrationInstanceAsync(
            name, input, new StartOrchestrationOptions(id), context.CancellationToken);
        return await client.CreateCheckStatusResponseAsync(request, instance, context.CancellationToken);
    }
}
