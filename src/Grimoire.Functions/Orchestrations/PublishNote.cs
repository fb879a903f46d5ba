using Grimoire.Functions.Activities;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>Renders a note, waits for somebody to approve it, and stores the page.</summary>
public static class PublishNote
{
    public const string ApprovalEvent = "Approval";

    static readonly TaskOptions Retried = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 5, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 2));

    [Function(nameof(PublishNote))]
    public static async Task<PublishedNote> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var note = context.GetInput<Note>() ?? throw new InvalidOperationException($"{nameof(PublishNote)} was started without a note.");

        context.SetCustomStatus(new { state = "rendering" });
        var page = await context.CallActivityAsync<string>(nameof(RenderNote), note, Retried);

        context.SetCustomStatus(new { state = "waiting", until = context.CurrentUtcDateTime + note.ApproveWithin });
        Approval answer;
        try
        {
            answer = await context.WaitForExternalEvent<Approval>(ApprovalEvent, note.ApproveWithin);
        }
        catch (OperationCanceledException)
        {
            return new PublishedNote(NoteOutcome.Unanswered, Comment: null, Artifact: null);
        }

        if (!answer.Approved)
        {
            return new PublishedNote(NoteOutcome.Rejected, answer.Comment, Artifact: null);
        }

        context.SetCustomStatus(new { state = "storing" });
        var artifact = await context.CallActivityAsync<ArtifactReference>(nameof(StorePage), new PageOfNote(context.InstanceId, page), Retried);
        return new PublishedNote(NoteOutcome.Published, answer.Comment, artifact);
    }
}
