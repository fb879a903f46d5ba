using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Jobs;

/// <summary><c>/fal/{model}</c>: pictures in the shape of fal's queue, with webhooks that are not signed here.</summary>
static partial class FalApi
{
    static readonly FalShape Shape = new();

    public static void MapFal(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/fal/{**model}", async (string model, HttpContext context, JobQueue queue) =>
        {
            JsonObject input = await JsonBody.ReadObjectOrNoneAsync(context.Request).ConfigureAwait(false);
            string webhook = context.Request.Query["fal_webhook"].ToString();
            Uri? callback = webhook.Length > 0 ? Require.Url("fal_webhook", webhook) : null;
            JobStart start = JobShape.Start(context, input, input, JobPlan.Of(input, queue.Settings), callback, [JobEvent.Completed]);
            Job job = await queue.StartAsync(context, Shape, start).ConfigureAwait(false);
            return Results.Ok(FalShape.Started(job, queue.Ahead(job)));
        });
        routes.MapGet("/fal/{**path}", (string path, JobQueue queue) =>
        {
            (Job job, string what) = Find(path, queue);
            return what switch
            {
                "status" => Results.Json(FalShape.Status(job, queue.Ahead(job)), statusCode: job.Ended ? 200 : 202),
                "" => Result(job),
                _ => throw NotFound(path),
            };
        });
        routes.MapPut("/fal/{**path}", (string path, JobQueue queue) =>
        {
            (Job job, string what) = Find(path, queue);
            return what != "cancel" ? throw NotFound(path)
                : queue.Cancel(job) ? Results.Json(new { status = "CANCELLATION_REQUESTED" }, statusCode: StatusCodes.Status202Accepted)
                : Results.Json(new { status = "ALREADY_COMPLETED" }, statusCode: StatusCodes.Status400BadRequest);
        });
    }

    static IResult Result(Job job) => job.State switch
    {
        JobState.Succeeded => Results.Ok(job.Result),
        JobState.Failed or JobState.Cancelled => Results.Json(FalShape.ErrorDetail(job), statusCode: StatusCodes.Status422UnprocessableEntity),
        _ => throw new RefusedException(400, "Request is still in progress.", "in_progress"),
    };

    static (Job Job, string What) Find(string path, JobQueue queue)
    {
        Match match = Requests().Match(path);
        Job job = match.Success ? queue.Get(match.Groups["id"].Value, Shape) : throw NotFound(path);
        return FalShape.Model(job).StartsWith(match.Groups["model"].Value, StringComparison.Ordinal)
            ? (job, match.Groups["what"].Value)
            : throw NotFound(path);
    }

    static RefusedException NotFound(string path) => new(404, $"The sandbox has no request /fal/{path}.", "not_found");

    [GeneratedRegex("^(?<model>.+?)/requests/(?<id>[^/]+)(/(?<what>status|cancel))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Requests();
}

/// <summary>A request in a queue.</summary>
sealed class FalShape : JobShape
{
    public override string Name => "fal";

    public override JsonNode ResultOf(Job job) => new JsonObject
    {
        ["images"] = new JsonArray([.. job.Start.Plan.Pictures.Zip(PictureUrls(job), (picture, url) => new JsonObject
        {
            ["url"] = url,
            ["width"] = picture.Width,
            ["height"] = picture.Height,
            ["content_type"] = "image/png",
        })]),
        ["seed"] = job.Start.Plan.Pictures[0].Seed,
        ["prompt"] = job.Start.Input["prompt"]?.DeepClone(),
    };

    public override JsonObject? Callback(Job job, JobEvent what) => job.State is not (JobState.Succeeded or JobState.Failed) ? null : new JsonObject
    {
        ["request_id"] = job.Id,
        ["gateway_request_id"] = job.Id,
        ["status"] = job.State == JobState.Failed ? "ERROR" : "OK",
        ["payload"] = job.State == JobState.Failed ? ErrorDetail(job) : job.Result?.DeepClone(),
        ["error"] = job.Error,
    };

    public static string Model(Job job) => job.Start.Path["/fal/".Length..];

    public static JsonObject ErrorDetail(Job job) => new()
    {
        ["detail"] = new JsonArray(new JsonObject
        {
            ["loc"] = new JsonArray("body"),
            ["msg"] = job.Error ?? "The request was cancelled.",
            ["type"] = job.Error is null ? "request_cancelled" : "sandbox_failure",
        }),
    };

    public static JsonObject Started(Job job, int ahead)
    {
        JsonObject started = Urls(job);
        started.Insert(0, "status", "IN_QUEUE");
        started.Insert(1, "request_id", job.Id);
        started.Insert(2, "gateway_request_id", job.Id);
        started["queue_position"] = ahead;
        return started;
    }

    public static JsonObject Status(Job job, int ahead) => job.Look(() =>
    {
        JsonObject status = Urls(job);
        status.Insert(0, "status", job.Ended ? "COMPLETED" : job.State == JobState.Queued ? "IN_QUEUE" : "IN_PROGRESS");
        status.Insert(1, "request_id", job.Id);
        if (job.State == JobState.Queued)
        {
            status["queue_position"] = ahead;
        }
        else if (job.State != JobState.Cancelled)
        {
            status["logs"] = job.Progress > 0
                ? new JsonArray(new JsonObject
                {
                    ["message"] = FormattableString.Invariant($"{100 * job.Progress:0}%"),
                    ["level"] = "INFO",
                    ["timestamp"] = Time(job.StartedAt),
                })
                : new JsonArray();
        }

        if (job.Ended)
        {
            status["metrics"] = new JsonObject { ["inference_time"] = job.StartedAt is null ? 0 : job.Start.Plan.Seconds };
        }

        if (job.State is JobState.Failed or JobState.Cancelled)
        {
            status["error"] = job.Error ?? "The request was cancelled.";
            status["error_type"] = job.Error is null ? "request_cancelled" : "sandbox_failure";
        }

        return status;
    });

    /// <summary>They name the owner and the app of a model, and not what comes after these.</summary>
    static JsonObject Urls(Job job)
    {
        string url = $"{job.Start.Origin}/fal/{string.Join('/', Model(job).Split('/').Take(2))}/requests/{job.Id}";
        return new JsonObject { ["response_url"] = url, ["status_url"] = $"{url}/status", ["cancel_url"] = $"{url}/cancel" };
    }
}
