using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Monitor;

/// <summary>What to watch, and how.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Milliseconds">From one look to the next.</param>
/// <param name="ExpirySeconds">For how long.</param>
/// <param name="LooksPerGeneration">After how many looks the watch begins anew, so that its history stays short.</param>
public sealed record WatchRequest(string JobId, int Milliseconds, double ExpirySeconds, int LooksPerGeneration = 100);

/// <summary>A watch under way.</summary>
public sealed record WatchState(WatchRequest Request, DateTime ExpiresAt, int Looks = 0, int Generation = 1);

/// <summary>How far a watch is, or how it ended.</summary>
public sealed record WatchReport(string Status, int Looks, int Generation);

/// <summary>The monitor: looks at a job from time to time until it ends or patience does.</summary>
public static class Watch
{
    [Function(nameof(Watch))]
    public static async Task<WatchReport?> Run([OrchestrationTrigger] TaskOrchestrationContext context, WatchState watch)
    {
        int looks = watch.Looks;
        for (int turn = 0; turn < watch.Request.LooksPerGeneration; turn++)
        {
            string status = await context.CallActivityAsync<string>(nameof(CheckJob), watch.Request.JobId);
            var report = new WatchReport(status, ++looks, watch.Generation);
            context.SetCustomStatus(report);
            if (status == "Broken")
            {
                throw new InvalidOperationException($"Job {watch.Request.JobId} is broken.");
            }

            if (status == "Done")
            {
                await context.CallActivityAsync(nameof(AlertFunctions.SendAlert), $"{watch.Request.JobId} is done");
                return report;
            }

            DateTime next = context.CurrentUtcDateTime.AddMilliseconds(watch.Request.Milliseconds);
            if (next >= watch.ExpiresAt)
            {
                await context.CallActivityAsync(nameof(AlertFunctions.SendAlert), $"{watch.Request.JobId} takes too long");
                return report with { Status = "Expired" };
            }

            await context.CreateTimer(next, CancellationToken.None);
        }

        context.ContinueAsNew(watch with { Looks = looks, Generation = watch.Generation + 1 });
        return null;
    }

    [Function(nameof(CheckJob))]
    public static Task<string> CheckJob([ActivityTrigger] string jobId, [DurableClient] DurableTaskClient client, FunctionContext context) =>
        JobFunctions.StatusAsync(client, jobId, context.CancellationToken);

    [Function("Watch_Start")]
    public static async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "watches")] HttpRequestData request,
        [FromBody] WatchRequest watch,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        var state = new WatchState(watch, TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(watch.ExpirySeconds));
        string id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(Watch), state, context.CancellationToken);
        return await client.CreateCheckStatusResponseAsync(request, id, context.CancellationToken);
    }
}
