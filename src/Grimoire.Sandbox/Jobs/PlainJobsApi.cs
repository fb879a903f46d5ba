using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Jobs;

/// <summary><c>/jobs</c>: a plain service whose jobs are polled, and which calls back with an HMAC signature if it is told where.</summary>
static class PlainJobsApi
{
    static readonly PlainShape Shape = new();

    public static void MapPlainJobs(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/jobs", async (HttpContext context, JobQueue queue) =>
        {
            JsonObject request = await JsonBody.ReadObjectOrNoneAsync(context.Request).ConfigureAwait(false);
            var asked = new AskedMembers(request);
            ImmutableHashSet<JobEvent> events = asked.Texts("callbackEvents") is { } names
                ? [.. names.Select(name => EventNames.Parse("callbackEvents", name))]
                : [JobEvent.Started, JobEvent.Progress, JobEvent.Completed];
            JobStart start = JobShape.Start(context, request, request, JobPlan.Of(request, queue.Settings), asked.Url("callbackUrl"), events);
            Job job = await queue.StartAsync(context, Shape, start).ConfigureAwait(false);
            return Results.Accepted($"/jobs/{job.Id}", PlainShape.View(job));
        });
        routes.MapGet("/jobs/{id}", (string id, JobQueue queue) => Results.Ok(PlainShape.View(queue.Get(id, Shape))));
        routes.MapDelete("/jobs/{id}", (string id, JobQueue queue) =>
        {
            Job job = queue.Get(id, Shape);
            queue.Cancel(job);
            return Results.Ok(PlainShape.View(job));
        });
    }
}

/// <summary>A plain job.</summary>
sealed class PlainShape : JobShape
{
    public override string Name => "plain";

    public override Signer Signer => Signatures.Hmac;

    public override string NewId(ReadOnlySpan<byte> hash) => $"job_{Convert.ToHexStringLower(hash[..8])}";

    public override JsonNode ResultOf(Job job)
    {
        if (job.Start.Request["result"] is { } given)
        {
            return given.DeepClone();
        }

        // Whom to call back is no part of the question.
        JsonNode asked = job.Start.Request.DeepClone();
        asked.AsObject().Remove("callbackUrl");
        asked.AsObject().Remove("callbackEvents");
        return new JsonObject { ["value"] = StableHash.Of(asked.ToJsonString(SandboxJson.Options)) % 1000 };
    }

    public override JsonObject Callback(Job job, JobEvent what)
    {
        JsonObject body = View(job);
        body.Insert(1, "event", EventNames.Of(what));
        return body;
    }

    public static JsonObject View(Job job) => job.Look(() =>
    {
        var view = new JsonObject
        {
            ["id"] = job.Id,
            ["state"] = job.State switch
            {
                JobState.Queued => "queued",
                JobState.Running => "running",
                JobState.Succeeded => "succeeded",
                JobState.Failed => "failed",
                _ => "cancelled",
            },
            ["progress"] = job.Progress,
            ["costUsd"] = job.Start.Plan.CostUsd,
        };
        if (job.Result is { } result)
        {
            view["result"] = result.DeepClone();
        }

        if (job.Error is { } error)
        {
            view["error"] = error;
        }

        return view;
    });
}
