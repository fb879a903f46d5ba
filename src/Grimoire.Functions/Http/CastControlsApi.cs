using System.Net;
using Grimoire.Accounts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Cancel, pause and resume a cast.</summary>
public sealed class CastControlsApi
{
    [Function("CancelCast")]
    [Needs(Role.Caster)]
    public static Task<HttpResponseData> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "casts/{id}/cancel")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => AskAsync(request, client, id, CastAction.Cancel, cancellation);

    [Function("PauseCast")]
    [Needs(Role.Caster)]
    public static Task<HttpResponseData> PauseAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "casts/{id}/pause")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => AskAsync(request, client, id, CastAction.Pause, cancellation);

    [Function("ResumeCast")]
    [Needs(Role.Caster)]
    public static Task<HttpResponseData> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "casts/{id}/resume")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => AskAsync(request, client, id, CastAction.Resume, cancellation);

    static async Task<HttpResponseData> AskAsync(
        HttpRequestData request, DurableTaskClient client, string id, CastAction action, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        var castId = RouteNames.Cast(id);
        var fields = await RequestBody.OptionalFieldsAsync(request, cancellation).ConfigureAwait(false);
        var reason = fields.Text("reason", 500);
        fields.Check();
        var instance = await CastReading.InstanceAsync(client, castId, cancellation).ConfigureAwait(false) ?? throw CastReading.NotFound(castId);
        if (instance.IsCompleted)
        {
            throw new Problem(HttpStatusCode.Conflict, "cast.ended", $"The cast '{castId}' has ended already.").Refused();
        }

        await client.RaiseEventAsync(castId, CastControl.EventName, new CastControl(action, Reason: reason), cancellation).ConfigureAwait(false);
        return await Answer.JsonAsync(
            request, HttpStatusCode.Accepted, new { castId, action, links = CastStarts.LinksOf(castId) }, cancellation, ("Location", $"/api/casts/{castId}"))
            .ConfigureAwait(false);
    }
}
