using System.Net;
using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Grimoire.Tools;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>What steps ask people, and the answers. The first answer counts; the same one again is no other.</summary>
public sealed class ApprovalsApi(OpenQuestions questions, CastReading reading, AttemptStore attempts, Inbox inbox, Journal journal, TimeProvider time)
{
    const string AnswerId = "answer";

    [Function("ListApprovals")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/approvals")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var page = await questions
            .ListAsync(client, request.Account(), request.Whole("top", 50, 1, 200), request.Continuation(), cancellation)
            .ConfigureAwait(false);
        return await Answer.OkAsync(request, page, cancellation).ConfigureAwait(false);
    }

    [Function("AnswerStep")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> AnswerAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/casts/{id}/steps/{step}/answer")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        string step,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        var fields = await RequestBody.FieldsAsync(request, cancellation).ConfigureAwait(false);
        var (approved, by, comment, item) = (fields.Flag("approved", required: true), fields.Text("by", 200, required: true), fields.Text("comment", 4000), fields.Whole("item", 0, 10_000));
        fields.Check();
        var (_, manifest) = await reading.FindAsync(client, id, cancellation).ConfigureAwait(false);
        if (manifest is not null && manifest.Spell.Steps.All(one => one.Id != step))
        {
            throw new Problem(HttpStatusCode.NotFound, "step.notFound", $"The cast has no step '{step}'. It has {string.Join(", ", manifest.Spell.Steps.Take(20).Select(one => one.Id))}.").Refused();
        }

        var record = await AskedAsync(id, step, item, cancellation).ConfigureAwait(false);
        var answer = new JsonObject { ["approved"] = approved, ["by"] = by, ["comment"] = comment, ["at"] = time.GetUtcNow().ToString("O") };
        if (Caller.Of(request.FunctionContext).KeyName is { } key)
        {
            // 'by' is what the caller says; this is what is known.
            answer["key"] = key;
        }

        var message = new InboxMessage(record.Key, AnswerId, time.GetUtcNow(), answer) { State = JobState.Succeeded };
        if (!await inbox.PutAsync(message, cancellation).ConfigureAwait(false))
        {
            // Nothing else ends the attempt, so what does is the answer; null: it has been deleted just now.
            message = await inbox.FindEndAsync(record.Key, cancellation).ConfigureAwait(false) ?? message;
            if (!IsSame(message.Content, answer))
            {
                throw Answered(message.Content, step);
            }
        }

        // Said again by whoever asks again: the first may have died before it came so far.
        await journal.AppendAsync(id, [CastEvents.Attempt(CastEvents.ApprovalAnswered, record.Key, message.ReceivedAt, message.Content)], cancellation).ConfigureAwait(false);
        await client.RaiseEventAsync(id, JobRun.EventOf(record.Key), AnswerId, cancellation).ConfigureAwait(false);
        await CastNotifiers.WakeAsync(client, manifest, cancellation).ConfigureAwait(false);
        return await Answer.JsonAsync(request, HttpStatusCode.Accepted, new { castId = id, step, item, answer = message.Content }, cancellation).ConfigureAwait(false);
    }

    /// <summary>The attempt that waits for the answer, or that has had it.</summary>
    async Task<AttemptRecord> AskedAsync(string id, string step, int? item, CancellationToken cancellation)
    {
        var asked = (await attempts.ListAsync(id, step, cancellation).ConfigureAwait(false)).Where(record => record.Step == step && record.Job is { Question: not null }).ToList();
        if (asked.Count == 0)
        {
            throw new Problem(HttpStatusCode.Conflict, "approval.notAsked", $"The step '{step}' asks nobody anything, or not yet.").Refused();
        }

        if (item is null && asked.Exists(record => record.Item is not null))
        {
            throw new Problem(HttpStatusCode.BadRequest, "approval.item", $"Each element of the step '{step}' asks by itself: 'item' says which one is answered.").Refused();
        }

        var record = asked.Where(record => record.Item == item).MaxBy(record => record.Attempt)
            ?? throw new Problem(HttpStatusCode.Conflict, "approval.notAsked", $"The element {item} of the step '{step}' asks nobody anything, or not yet.").Refused();
        return record.Status is AttemptStatus.Running or AttemptStatus.Succeeded
            ? record
            : throw new Problem(HttpStatusCode.Conflict, "approval.over", $"The step '{step}' does not wait for an answer any more.").Refused();
    }

    static bool IsSame(JsonObject one, JsonObject other) =>
        JsonNode.DeepEquals(one["approved"], other["approved"]) && JsonNode.DeepEquals(one["by"], other["by"]) && JsonNode.DeepEquals(one["comment"], other["comment"]);

    static RefusedException Answered(JsonObject answer, string step) => new Problem(
        HttpStatusCode.Conflict, "approval.answered", $"The step '{step}' has been answered already, by {answer["by"]}: {((bool?)answer["approved"] == true ? "approved" : "not approved")}.").Refused();
}
