using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Jobs;

/// <summary>Jobs seen from above, and driven by hand: <c>/control/jobs</c> and <c>/control/settings</c>.</summary>
static class JobControlApi
{
    const int ListedByDefault = 1000;

    public static void MapJobControl(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/control/settings", (CurrentSettings settings) => Results.Ok(settings.Now));
        routes.MapPut("/control/settings", async (HttpRequest request, CurrentSettings settings) =>
        {
            JobSettings wanted = await JsonBody.ReadAsync<JobSettings>(request).ConfigureAwait(false);
            wanted.Check();
            return Results.Ok(settings.Now = wanted);
        });
        routes.MapDelete("/control/settings", (CurrentSettings settings) =>
        {
            settings.Now = new JobSettings();
            return Results.NoContent();
        });
        routes.MapGet("/control/jobs", ([AsParameters] JobFilter filter, int? take, JobQueue queue) =>
            Results.Ok(Report(queue.Find(filter.Matches), take ?? ListedByDefault)));
        routes.MapPost("/control/jobs/complete", ([AsParameters] JobFilter filter, JobQueue queue) =>
            Results.Ok(new { completed = queue.Find(filter.Matches).Count(job => queue.Succeed(job)) }));
        routes.MapDelete("/control/jobs", (JobQueue queue) =>
        {
            queue.ForgetAll();
            return Results.NoContent();
        });
        routes.MapGet("/control/jobs/{id}", (string id, JobQueue queue) => Results.Ok(View(queue.Get(id))));
        routes.MapDelete("/control/jobs/{id}", (string id, JobQueue queue) =>
        {
            queue.Forget(queue.Get(id));
            return Results.NoContent();
        });
        routes.MapPost("/control/jobs/{id}/{move}", MoveAsync);
    }

    static async Task<IResult> MoveAsync(string id, string move, HttpContext context, JobQueue queue, CallbackSender sender)
    {
        Job job = queue.Get(id);
        JsonObject request = await JsonBody.ReadObjectOrNoneAsync(context.Request).ConfigureAwait(false);
        var asked = new AskedMembers(request);
        if (move == "callback")
        {
            JobEvent what = asked.Text("event") is { } name ? EventNames.Parse("event", name) : LastEvent(job);
            SentCallback sent = await sender.SendNowAsync(job, what, Fault(asked)).ConfigureAwait(false)
                ?? throw new RefusedException(409, $"The job \"{id}\" has nobody to call back, or nothing to say of that event.", "no_callback", "event");
            return Results.Ok(sent.Report());
        }

        bool moved = move switch
        {
            "start" => queue.Begin(job),
            "progress" => queue.Advance(job, asked.Number("progress", 0, 1) ?? (job.Progress + 1) / 2),
            "complete" => queue.Succeed(job, request["result"]?.DeepClone()),
            "fail" => queue.Fail(job, asked.Text("error") ?? "The job was told to fail."),
            "cancel" => queue.Cancel(job),
            _ => throw new RefusedException(404, $"A job can be told to start, progress, complete, fail, cancel and callback, but not to {move}.", "not_found"),
        };
        // Whoever drives a job by hand wants to see what came of it, and not to wait for it.
        await job.Told.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        return moved
            ? Results.Ok(View(job))
            : throw new RefusedException(409, $"The job \"{id}\" is {job.State.ToString().ToLowerInvariant()} and cannot {move}.", "job_state");
    }

    static CallbackFaultRule? Fault(AskedMembers asked)
    {
        if (asked.Object("fault") is not { } wanted)
        {
            return null;
        }

        CallbackFaultRule fault = JsonBody.Read<CallbackFaultRule>(wanted);
        fault.CheckRule();
        return fault;
    }

    static JobEvent LastEvent(Job job) => job.Ended ? JobEvent.Completed : job.Progress > 0 ? JobEvent.Progress : JobEvent.Started;

    static JobsReport Report(ImmutableArray<Job> jobs, int take) => new(
        jobs.Length,
        jobs.Sum(job => job.Starts),
        jobs.Sum(job => job.Start.Plan.CostUsd),
        jobs.CountBy(job => job.State).ToDictionary(count => StateName(count.Key), count => count.Value),
        [.. jobs.Skip(Math.Max(0, jobs.Length - take)).Select(View)]);

    static JobView View(Job job) => job.Look(() => new JobView(
        job.Order, job.Id, job.Shape.Name, job.Start.Path, job.Start.Key, StateName(job.State), job.Progress, job.Starts, job.Start.Plan.CostUsd,
        job.Start.Callback?.AbsoluteUri, job.CreatedAt, job.StartedAt, job.EndedAt, job.Error, job.Start.Request, job.Result));

    static string StateName(JobState state) => state.ToString().ToLowerInvariant();
}

/// <summary>Which jobs are meant; null: whatever that is.</summary>
sealed record JobFilter(string? Shape, string? Path, string? Key, string? State, string? Body)
{
    public bool Matches(Job job) =>
        (Shape is null || Shape == job.Shape.Name)
        && Wildcard.Matches(Path, job.Start.Path)
        && (Key is null || Wildcard.Matches(Key, job.Start.Key))
        && (State is null || State.Equals(job.State.ToString(), StringComparison.OrdinalIgnoreCase))
        && (Body is null || job.Start.Body.Contains(Body, StringComparison.Ordinal));
}

/// <summary>The jobs that were asked for: what they cost is what was paid, for a repeated key is charged once.</summary>
/// <param name="Count">How many there are: so many were charged.</param>
/// <param name="Starts">How often they were started: more often than there are jobs if a key was repeated.</param>
/// <param name="TotalUsd">What they cost together.</param>
/// <param name="States">How many are in each state.</param>
/// <param name="Jobs">The last of them, oldest first.</param>
sealed record JobsReport(int Count, int Starts, decimal TotalUsd, IReadOnlyDictionary<string, int> States, IReadOnlyList<JobView> Jobs);

/// <summary>A job, whatever its shape.</summary>
sealed record JobView(
    long Order, string Id, string Shape, string Path, string? Key, string State, double Progress, int Starts, decimal CostUsd, string? CallbackUrl,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? Error, JsonNode Request, JsonNode? Result);
