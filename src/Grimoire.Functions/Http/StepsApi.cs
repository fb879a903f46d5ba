using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>The steps of a cast with all their attempts.</summary>
public sealed class StepsApi(CastReading reading, AttemptStore attempts)
{
    [Function("GetCastSteps")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/casts/{id}/steps")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cast = await reading.GetAsync(client, id, cancellation).ConfigureAwait(false);
        var records = (await attempts.ListAsync(id, step: null, cancellation).ConfigureAwait(false)).ToLookup(record => record.Step);
        return await Answer.OkAsync(request, new { steps = cast.View.Steps.Select(step => Of(step, [.. records[step.Id]])) }, cancellation).ConfigureAwait(false);
    }

    [Function("GetCastStep")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/casts/{id}/steps/{step}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        string step,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cast = await reading.GetAsync(client, id, cancellation).ConfigureAwait(false);
        var summary = cast.View.Steps.FirstOrDefault(other => other.Id == step)
            ?? throw new Problem(HttpStatusCode.NotFound, "step.notFound",
                $"The cast has {cast.View.Steps.Count} steps, and no step of that name among them: {string.Join(", ", cast.View.Steps.Take(20).Select(other => other.Id))}.").Refused();
        var records = await attempts.ListAsync(id, summary.Id, cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(request, Of(summary, records), cancellation).ConfigureAwait(false);
    }

    /// <summary>What the attempts of a step have come to: its output, or null as long as there is none.</summary>
    public static JsonNode? OutputOf(StepSummary step, IReadOnlyList<AttemptRecord> records)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(records);
        if (step.Status != StepStatus.Completed)
        {
            return null;
        }

        var done = records.Where(record => record.Status == AttemptStatus.Succeeded).OrderBy(record => record.Item).ToList();
        return done.Exists(record => record.Item is not null)
            ? new JsonArray([.. done.Select(record => record.Output?.DeepClone())])
            : done.LastOrDefault()?.Output?.DeepClone();
    }

    static JsonObject Of(StepSummary step, IReadOnlyList<AttemptRecord> records)
    {
        var latest = records.GroupBy(record => record.Item).Select(group => group.MaxBy(record => record.Attempt)!.Key).ToHashSet();
        var body = JsonSerializer.SerializeToNode(step, DomainJson.Options)!.AsObject();
        body["attemptCount"] = step.Attempts;
        body["output"] = OutputOf(step, records);
        body["attempts"] = JsonSerializer.SerializeToNode(
            records.Select(record => new
            {
                Id = record.IdempotencyKey,
                record.Item,
                Number = record.Attempt,
                Latest = latest.Contains(record.Key),
                record.Tool,
                // The id of a long one is not made as one would guess.
                SubCast = step.Spell is null ? null : CastIds.Child(record.Key),
                record.Status,
                record.StartedAt,
                record.EndedAt,
                Job = record.Job is { } job ? new { job.RunId, job.StartedAt, job.Wait.Until } : null,
                record.Input,
                record.Output,
                record.Failure,
                record.CostUsd,
                record.Usage,
                record.Artifacts,
                record.Warnings,
            }),
            DomainJson.Options);
        return body;
    }
}
