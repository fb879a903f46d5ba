using System.Net;
using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>A person gets a cast going again that does not go on, or ends it.</summary>
public sealed class RecoverApi(CastReading reading, CastStore casts, Wakener wakener, CastCloser closer, TimeProvider time)
{
    [Function("RecoverCast")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> RecoverAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/casts/{id}/recover")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        var fields = await RequestBody.OptionalFieldsAsync(request, cancellation).ConfigureAwait(false);
        var (action, reason) = (fields.Choice("action", Recovery.Resume), fields.Text("reason", 500));
        fields.Check();
        var cast = await reading.GetAsync(client, id, cancellation).ConfigureAwait(false);
        if (cast.Manifest is null)
        {
            throw new Problem(HttpStatusCode.Conflict, "cast.gone", $"What the cast '{id}' was to do is not stored any more: it cannot be recovered.").Refused();
        }

        var isBroken = cast.Instance is null or { RuntimeStatus: OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated }
            && await casts.FindResultAsync(id, cancellation).ConfigureAwait(false) is null;
        if (!isBroken && CastReading.HasEnded(cast.View.Status))
        {
            throw new Problem(HttpStatusCode.Conflict, "cast.ended", $"The cast '{id}' has ended: redrive it.").Refused();
        }

        var done = action == Recovery.Fail
            ? await FailAsync(client, id, cast.Instance, reason, cancellation).ConfigureAwait(false)
            : await ResumeAsync(client, id, cast.Instance, isBroken, cancellation).ConfigureAwait(false);
        return await Answer.JsonAsync(request, HttpStatusCode.Accepted, new { castId = id, action, done, links = CastStarts.LinksOf(id) }, cancellation).ConfigureAwait(false);
    }

    /// <summary>What attempts have come to is stored: an orchestration that is started anew goes over it and calls no tool again.</summary>
    async Task<string> ResumeAsync(DurableTaskClient client, string id, OrchestrationMetadata? instance, bool isBroken, CancellationToken cancellation)
    {
        if (isBroken)
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(CastSpell), new CastOrder(id), new StartOrchestrationOptions(id), cancellation).ConfigureAwait(false);
            return "restarted";
        }

        if (instance!.RuntimeStatus == OrchestrationRuntimeStatus.Suspended)
        {
            await client.ResumeInstanceAsync(id, "recovered", cancellation).ConfigureAwait(false);
            return "resumed";
        }

        return await wakener.WakeAsync(client, id, time.GetUtcNow(), cancellation).ConfigureAwait(false) > 0 ? "woken" : "nothing";
    }

    async Task<string> FailAsync(DurableTaskClient client, string id, OrchestrationMetadata? instance, string? reason, CancellationToken cancellation)
    {
        if (instance is { IsCompleted: false })
        {
            await client.TerminateInstanceAsync(id, new TerminateInstanceOptions(reason, Recursive: true), cancellation).ConfigureAwait(false);
        }

        await closer.CloseAsync(
            client, id, new Failure { Code = "cast.terminated", Message = reason is null ? "Somebody has ended it." : $"Somebody has ended it: {reason}", Phase = Phase.Execute }, cancellation).ConfigureAwait(false);
        return "failed";
    }
}

/// <summary>What is to become of a cast that does not go on.</summary>
public enum Recovery
{
    Resume,
    Fail,
}
