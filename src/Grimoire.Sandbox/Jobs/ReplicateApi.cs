using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Jobs;

/// <summary><c>/replicate/v1/predictions</c>: pictures in the shape of Replicate's API, with webhooks signed by Standard Webhooks.</summary>
static class ReplicateApi
{
    const string Predictions = "/replicate/v1/predictions";

    static readonly ReplicateShape Shape = new();
    static readonly ImmutableDictionary<string, JobEvent> Events = ImmutableDictionary.CreateRange(StringComparer.Ordinal,
    [
        KeyValuePair.Create("start", JobEvent.Started),
        KeyValuePair.Create("logs", JobEvent.Progress),
        KeyValuePair.Create("output", JobEvent.Output),
        KeyValuePair.Create("completed", JobEvent.Completed),
    ]);

    public static void MapReplicate(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Predictions, (HttpContext context, JobQueue queue) => StartAsync(context, queue, null));
        routes.MapPost("/replicate/v1/models/{owner}/{name}/predictions", (string owner, string name, HttpContext context, JobQueue queue) =>
            StartAsync(context, queue, $"{owner}/{name}"));
        routes.MapGet($"{Predictions}/{{id}}", (string id, JobQueue queue) => Results.Ok(ReplicateShape.View(queue.Get(id, Shape))));
        routes.MapPost($"{Predictions}/{{id}}/cancel", (string id, JobQueue queue) =>
        {
            Job job = queue.Get(id, Shape);
            queue.Cancel(job);
            return Results.Ok(ReplicateShape.View(job));
        });
        routes.MapGet("/replicate/v1/webhooks/default/secret", (JobQueue queue) => Results.Ok(new { key = queue.Settings.WebhookSecrets[0] }));
    }

    static async Task<IResult> StartAsync(HttpContext context, JobQueue queue, string? model)
    {
        JsonObject request = await JsonBody.ReadObjectAsync(context.Request).ConfigureAwait(false);
        var asked = new AskedMembers(request);
        if (model is null && asked.Text("version") is null && asked.Text("model") is null)
        {
            throw new RefusedException(422, "version is missing, and so is model: say one of them.", "missing_required_parameter", "version");
        }

        request["model"] ??= model;
        Uri? webhook = asked.Url("webhook");
        JsonObject input = asked.Object("input") ?? [];
        ImmutableHashSet<JobEvent> events = asked.Texts("webhook_events_filter") is { } filter
            ? [.. filter.Select(Event)]
            : [JobEvent.Output, JobEvent.Completed];
        Job job = await queue.StartAsync(context, Shape, JobShape.Start(context, request, input, JobPlan.Of(input, queue.Settings), webhook, events))
            .ConfigureAwait(false);
        return Results.Json(ReplicateShape.View(job), statusCode: StatusCodes.Status201Created);
    }

    static JobEvent Event(string name)
    {
        Require.OneOf("webhook_events_filter", name, [.. Events.Keys]);
        return Events[name];
    }
}

/// <summary>A prediction.</summary>
sealed class ReplicateShape : JobShape
{
    const string Digits = "abcdefghijklmnopqrstuvwxyz234567";

    public override string Name => "replicate";

    public override Signer Signer => Signatures.StandardWebhooks;

    /// <summary>26 letters and digits, five bits each.</summary>
    public override string NewId(ReadOnlySpan<byte> hash)
    {
        var bits = new System.Numerics.BigInteger(hash, isUnsigned: true, isBigEndian: true);
        return string.Create(26, bits, static (id, bits) =>
        {
            for (int i = 0; i < id.Length; i++)
            {
                id[i] = Digits[(int)((bits >> (5 * i)) & 31)];
            }
        });
    }

    public override JsonNode ResultOf(Job job) => new JsonArray([.. PictureUrls(job).Select(url => JsonValue.Create(url))]);

    public override JsonObject Callback(Job job, JobEvent what) => View(job);

    public static JsonObject View(Job job) => job.Look(() => new JsonObject
    {
        ["id"] = job.Id,
        ["model"] = job.Start.Request["model"]?.DeepClone(),
        ["version"] = job.Start.Request["version"]?.DeepClone(),
        ["input"] = job.Start.Input.DeepClone(),
        ["logs"] = job.Progress > 0 ? FormattableString.Invariant($"{100 * job.Progress:0}%\n") : "",
        ["output"] = job.Result?.DeepClone(),
        ["data_removed"] = false,
        ["error"] = job.Error,
        ["source"] = "api",
        ["status"] = Status(job),
        ["created_at"] = Time(job.CreatedAt),
        ["started_at"] = Time(job.StartedAt),
        ["completed_at"] = Time(job.EndedAt),
        // What it was planned to take, so that what is paid for by the second costs the same each time.
        ["metrics"] = job.Ended && job.StartedAt is not null ? new JsonObject { ["predict_time"] = job.Start.Plan.Seconds } : new JsonObject(),
        ["urls"] = new JsonObject
        {
            ["get"] = $"{job.Start.Origin}/replicate/v1/predictions/{job.Id}",
            ["cancel"] = $"{job.Start.Origin}/replicate/v1/predictions/{job.Id}/cancel",
        },
    });

    static string Status(Job job) => job.State switch
    {
        JobState.Queued => "starting",
        JobState.Running => "processing",
        JobState.Succeeded => "succeeded",
        JobState.Failed => "failed",
        _ => "canceled",
    };
}
