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
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/casts/{id}/cancel")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => AskAsync(request, client, id, CastAction.Cancel, cancellation);

    [Function("PauseCast")]
    [Needs(Role.Caster)]
    public static Task<HttpResponseData> PauseAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/casts/{id}/pause")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => AskAsync(request, client, id, CastAction.Pause, cancellation);

    [Function("ResumeCast")]
    [Needs(Role.Caster)]
    public static Task<HttpResponseData> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/casts/{id}/resume")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => AskAsync(request, client, id, CastAction.Resume, cancellation);

    static Task<HttpResponseData> AskAsync(HttpRequestData request, DurableTaskClient client, string id, CastAction action, CancellationToken cancellation)
    {
        var castId = RouteNames.Cast(id);
        var controlled = new Controlled(castId, "castId", CastStarts.LinksOf(castId))
        {
            Find = CastReading.InstanceAsync,
            NotFound = CastReading.NotFound,
            Ended = new Problem(HttpStatusCode.Conflict, "cast.ended", $"The cast '{castId}' has ended already."),
        };
        return ControlRequests.AskAsync(request, client, controlled, action, cancellation);
    }
}
