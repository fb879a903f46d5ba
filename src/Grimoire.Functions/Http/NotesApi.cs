using System.Net;
using DurableTask.Core.Exceptions;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Http;

/// <summary>Notes: start publishing one, answer for it, fetch its page.</summary>
public sealed partial class NotesApi(IArtifactStore artifacts, TimeProvider clock, ILogger<NotesApi> logger)
{
    const int DefaultPatience = 24 * 60 * 60;
    const int MaxPatience = 7 * DefaultPatience;

    [Function("StartNote")]
    public async Task<HttpResponseData> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "notes")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        var (key, badKey) = IdempotencyKey.Of(request);
        var (document, noDocument) = await RequestDocument.ReadAsync(request, cancellation).ConfigureAwait(false);
        if ((badKey ?? noDocument) is { } bad)
        {
            return await bad.AnswerAsync(request, cancellation).ConfigureAwait(false);
        }

        var note = new Note(
            document!.Text("title", maxLength: 200),
            document.Text("text", maxLength: 8_000),
            TimeSpan.FromSeconds(document.OptionalWhole("approveWithinSeconds", DefaultPatience, min: 1, MaxPatience)));
        if (document.Problem() is { } problem)
        {
            return await problem.AnswerAsync(request, cancellation).ConfigureAwait(false);
        }

        var id = key is null ? $"note-{Guid.CreateVersion7(clock.GetUtcNow()):N}" : $"note-key-{key}";
        if (key is null || await FindAsync(client, id, cancellation).ConfigureAwait(false) is not { } existing)
        {
            existing = await ScheduleAsync(client, id, note, cancellation).ConfigureAwait(false);
        }

        if (existing is not null && existing.ReadInputAs<Note>() != note)
        {
            return await new Problem(HttpStatusCode.Conflict, "request.idempotencyKeyReused", "This key was used for another note",
                $"{IdempotencyKey.Header} '{key}' has started {id} with another body.").AnswerAsync(request, cancellation).ConfigureAwait(false);
        }

        return await client.CreateCheckStatusResponseAsync(request, id, cancellation).ConfigureAwait(false);
    }

    [Function("AnswerNote")]
    public static async Task<HttpResponseData> AnswerAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "notes/{id}/approval")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        var (document, noDocument) = await RequestDocument.ReadAsync(request, cancellation).ConfigureAwait(false);
        if (noDocument is not null)
        {
            return await noDocument.AnswerAsync(request, cancellation).ConfigureAwait(false);
        }

        var approval = new Approval(document!.Flag("approved"), document.OptionalText("comment", maxLength: 1_000));
        var instance = await FindAsync(client, id, cancellation).ConfigureAwait(false);
        var problem = document.Problem() ?? (instance is null ? NotFound(id) : instance.IsCompleted ? Ended(instance) : null);
        if (problem is not null)
        {
            return await problem.AnswerAsync(request, cancellation).ConfigureAwait(false);
        }

        await client.RaiseEventAsync(id, PublishNote.ApprovalEvent, approval, cancellation).ConfigureAwait(false);
        return await client.CreateCheckStatusResponseAsync(request, id, cancellation).ConfigureAwait(false);
    }

    [Function("FetchPage")]
    public async Task<HttpResponseData> FetchAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "notes/{id}/page")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        var instance = await FindAsync(client, id, cancellation).ConfigureAwait(false);
        if (instance is null)
        {
            return await NotFound(id).AnswerAsync(request, cancellation).ConfigureAwait(false);
        }

        var page = instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed ? instance.ReadOutputAs<PublishedNote>()?.Artifact : null;
        Stream? content;
        try
        {
            content = page is null ? null : await artifacts.OpenAsync(page.Name, cancellation).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            LogNotOpened(logger, failure, id);
            return await new Problem(HttpStatusCode.ServiceUnavailable, "storage.unavailable", "The page cannot be read now", "Try again later.")
                .AnswerAsync(request, cancellation).ConfigureAwait(false);
        }

        if (content is null)
        {
            return await new Problem(HttpStatusCode.NotFound, "note.noPage", "There is no page",
                page is null ? $"{id} has published none: it is {instance.RuntimeStatus}." : $"{page.Name} was published, but is no longer in storage.")
                .AnswerAsync(request, cancellation).ConfigureAwait(false);
        }

        await using (content.ConfigureAwait(false))
        {
            var response = request.CreateResponse(HttpStatusCode.OK);
            response.Headers.Add("Content-Type", page!.ContentType);
            response.Headers.Add("ETag", $"\"{page.Sha256}\"");
            // What somebody wrote is shown, and can do nothing.
            response.Headers.Add("Content-Security-Policy", "default-src 'none'");
            response.Headers.Add("X-Content-Type-Options", "nosniff");
            await content.CopyToAsync(response.Body, cancellation).ConfigureAwait(false);
            return response;
        }
    }

    static async Task<OrchestrationMetadata?> FindAsync(DurableTaskClient client, string id, CancellationToken cancellation)
    {
        // Ids like this are those of entities; the client would not even look.
        if (id.StartsWith('@'))
        {
            return null;
        }

        var instance = await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellation).ConfigureAwait(false);
        return instance?.Name == nameof(PublishNote) ? instance : null;
    }

    /// <summary>Null if the start was this one's, else the instance that another request has started meanwhile.</summary>
    static async Task<OrchestrationMetadata?> ScheduleAsync(DurableTaskClient client, string id, Note note, CancellationToken cancellation)
    {
        try
        {
            var options = new StartOrchestrationOptions(id).WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(PublishNote), note, options, cancellation).ConfigureAwait(false);
            return null;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return await FindAsync(client, id, cancellation).ConfigureAwait(false);
        }
    }

    static Problem NotFound(string id) => new(HttpStatusCode.NotFound, "note.notFound", "There is no such note", $"No note has the id '{id}'.");

    static Problem Ended(OrchestrationMetadata instance) =>
        new(HttpStatusCode.Conflict, "note.ended", "Nobody waits for an answer any more", $"{instance.InstanceId} is {instance.RuntimeStatus}.");

    [LoggerMessage(Level = LogLevel.Error, Message = "The page of {Id} could not be read.")]
    static partial void LogNotOpened(ILogger logger, Exception failure, string id);
}
