using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Patterns;

/// <summary>What somebody has to approve, and how long there is time for that.</summary>
public sealed record ApprovalRequest(string Document, double Seconds);

/// <summary>Human interaction: the answer races a durable timer.</summary>
public static class Approval
{
    public const string Answer = "ApprovalAnswer";

    [Function(nameof(Approval))]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ApprovalRequest request = context.GetInput<ApprovalRequest>()!;
        await context.CallActivityAsync(nameof(AskForApproval), request.Document);
        context.SetCustomStatus("waiting");

        using var noMore = new CancellationTokenSource();
        Task timeout = context.CreateTimer(TimeSpan.FromSeconds(request.Seconds), noMore.Token);
        Task<bool> answer = context.WaitForExternalEvent<bool>(Answer);
        if (await Task.WhenAny(answer, timeout) == timeout)
        {
            context.SetCustomStatus("timed out");
            return await context.CallActivityAsync<string>(nameof(Escalate), request.Document);
        }

        noMore.Cancel();
        context.SetCustomStatus("answered");
        return await answer ? $"{request.Document} is approved" : $"{request.Document} is rejected";
    }

    [Function(nameof(AskForApproval))]
    public static void AskForApproval([ActivityTrigger] string document, FunctionContext context) =>
        context.GetLogger(nameof(AskForApproval)).LogAsked(document);

    [Function(nameof(Escalate))]
    public static string Escalate([ActivityTrigger] string document) => $"{document} is escalated";

    [Function("Approval_Start")]
    public static async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "approvals")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        var asked = await request.ReadFromJsonAsync<ApprovalRequest>(context.CancellationToken);
        string id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(Approval), asked, context.CancellationToken);
        return await client.CreateCheckStatusResponseAsync(request, id, context.CancellationToken);
    }

    [Function("Approval_Answer")]
    public static async Task<HttpResponseData> AnswerAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "approvals/{instanceId}/{answer:regex(^(yes|no)$)}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string instanceId,
        string answer,
        FunctionContext context)
    {
        await client.RaiseEventAsync(instanceId, Answer, answer == "yes", context.CancellationToken);
        return request.CreateResponse(HttpStatusCode.Accepted);
    }
}
