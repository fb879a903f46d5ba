using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace Monitor;

/// <summary>The job that is watched. Its state is its own business, and its methods are what can be done to it.</summary>
public sealed class Job
{
    public string Status { get; set; } = "Unknown";

    public void Begin() => Status = "Running";

    public void Finish(string status) => Status = status;

    [Function(nameof(Job))]
    public static Task DispatchAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Job>();
}

/// <summary>The job's HTTP interface.</summary>
public static class JobFunctions
{
    [Function("Job_Put")]
    public static async Task<HttpResponseData> PutAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "jobs/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        FunctionContext context)
    {
        await client.Entities.SignalEntityAsync(IdOf(id), nameof(Job.Begin), context.CancellationToken);
        return request.CreateResponse(HttpStatusCode.Accepted);
    }

    [Function("Job_Finish")]
    public static async Task<HttpResponseData> FinishAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "jobs/{id}/finish")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        FunctionContext context)
    {
        await client.Entities.SignalEntityAsync(IdOf(id), nameof(Job.Finish), request.Query["as"] ?? "Done", cancellation: context.CancellationToken);
        return request.CreateResponse(HttpStatusCode.Accepted);
    }

    public static async Task<string> StatusAsync(DurableTaskClient client, string id, CancellationToken cancellation)
    {
        EntityMetadata<Job>? job = await client.Entities.GetEntityAsync<Job>(IdOf(id), cancellation);
        return job is { IncludesState: true } ? job.State.Status : "Unknown";
    }

    static EntityInstanceId IdOf(string id) => new(nameof(Job), id);
}
