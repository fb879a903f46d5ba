using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Jobs;

/// <summary><c>/comfydeploy/api/run</c>: pictures in the shape of ComfyDeploy's API, with webhooks that nobody signs.</summary>
static class ComfyDeployApi
{
    const string Run = "/comfydeploy/api/run";

    static readonly ComfyDeployShape Shape = new();

    public static void MapComfyDeploy(this IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{Run}/deployment/queue", async (HttpContext context, JobQueue queue) =>
        {
            JsonObject request = await JsonBody.ReadObjectAsync(context.Request).ConfigureAwait(false);
            var asked = new AskedMembers(request);
            if (string.IsNullOrEmpty(asked.Text("deployment_id")))
            {
                throw new RefusedException(422, "deployment_id is missing: say which deployment is to run.", "missing_required_parameter", "deployment_id");
            }

            JsonObject inputs = asked.Object("inputs") ?? [];
            ImmutableHashSet<JobEvent> events = asked.Flag("webhook_intermediate_status") == true ? [.. Enum.GetValues<JobEvent>()] : [JobEvent.Completed];
            JobStart start = JobShape.Start(context, request, inputs, JobPlan.Of(inputs, queue.Settings), asked.Url("webhook"), events);
            Job job = await queue.StartAsync(context, Shape, start).ConfigureAwait(false);
            return Results.Ok(new { run_id = job.Id });
        });
        routes.MapGet($"{Run}/{{id}}", (string id, JobQueue queue) => Results.Ok(ComfyDeployShape.View(queue.Get(id, Shape))));
        routes.MapPost($"{Run}/{{id}}/cancel", (string id, JobQueue queue) =>
        {
            Job job = queue.Get(id, Shape);
            return queue.Cancel(job)
                ? Results.Ok(new { status = "success", message = "Run cancelled" })
                : Results.Ok(new { status = "success", message = "Run has already ended" });
        });
    }
}

/// <summary>A run.</summary>
sealed class ComfyDeployShape : JobShape
{
    public override string Name => "comfydeploy";

    public override JsonNode ResultOf(Job job) => new JsonArray(
    [
        new JsonObject
        {
            ["id"] = NewId(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"output of {job.Id}")).AsSpan(0, 16)),
            ["run_id"] = job.Id,
            ["data"] = new JsonObject
            {
                ["images"] = new JsonArray([.. PictureUrls(job).Select((url, i) => new JsonObject
                {
                    ["url"] = url,
                    ["type"] = "output",
                    ["filename"] = FormattableString.Invariant($"ComfyUI_{i + 1:d5}_.png"),
                    ["subfolder"] = "",
                })]),
            },
            ["node_meta"] = new JsonObject { ["node_id"] = "9", ["node_class"] = "SaveImage" },
            ["created_at"] = Time(job.CreatedAt),
            ["updated_at"] = Time(job.CreatedAt),
        },
    ]);

    public override JsonObject Callback(Job job, JobEvent what) => new()
    {
        ["event_type"] = what == JobEvent.Output ? "run.output" : "run.updated",
        ["run_id"] = job.Id,
        ["status"] = Status(job),
        ["live_status"] = LiveStatus(job),
        ["progress"] = job.Progress,
        ["outputs"] = job.Result?.DeepClone() ?? new JsonArray(),
    };

    public static JsonObject View(Job job) => job.Look(() => new JsonObject
    {
        ["id"] = job.Id,
        ["deployment_id"] = job.Start.Request["deployment_id"]?.DeepClone(),
        ["workflow_inputs"] = job.Start.Input.DeepClone(),
        ["origin"] = "api",
        ["status"] = Status(job),
        ["live_status"] = LiveStatus(job),
        ["progress"] = job.Progress,
        ["outputs"] = job.Result?.DeepClone() ?? new JsonArray(),
        ["webhook"] = job.Start.Callback?.AbsoluteUri,
        ["created_at"] = Time(job.CreatedAt),
        ["queued_at"] = Time(job.CreatedAt),
        ["started_at"] = Time(job.StartedAt),
        ["updated_at"] = Time(job.EndedAt ?? job.StartedAt ?? job.CreatedAt),
        ["ended_at"] = Time(job.EndedAt),
        ["run_duration"] = job.Ended && job.StartedAt is not null ? job.Start.Plan.Seconds : null,
    });

    static string Status(Job job) => job.State switch
    {
        JobState.Queued => "queued",
        JobState.Running => job.Result is null ? "running" : "uploading",
        JobState.Succeeded => "success",
        JobState.Failed => "failed",
        _ => "cancelled",
    };

    static string? LiveStatus(Job job) => job.Error ?? (job.State == JobState.Running ? "Executing SaveImage" : null);
}
