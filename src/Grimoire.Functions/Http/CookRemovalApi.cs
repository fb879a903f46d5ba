using System.Net;
using Grimoire.Accounts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Removes a cook that has ended, with all of its pieces.</summary>
public sealed class CookRemovalApi(CookRemover remover, CookStore cooks, TidyStart tidy)
{
    [Function("DeleteCook")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/cooks/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cookId = RouteNames.Cook(id);
        if (!await remover.IsBegunAsync(cookId, cancellation).ConfigureAwait(false))
        {
            var instance = await CookViews.InstanceAsync(client, cookId, cancellation).ConfigureAwait(false);
            if (instance is { IsCompleted: false })
            {
                throw new Problem(HttpStatusCode.Conflict, "cook.running", $"The cook '{cookId}' has not ended: cancel it first.").Refused();
            }

            // Of one that is gone this process may still know the manifest.
            if (instance is null && !await cooks.IsThereAsync(cookId, cancellation).ConfigureAwait(false))
            {
                throw CookViews.NotFound(cookId);
            }
        }

        await remover.BeginAsync(client, cookId, cancellation).ConfigureAwait(false);
        await tidy.WakeAsync(client, isRound: false, cancellation).ConfigureAwait(false);
        return await Answer.JsonAsync(request, HttpStatusCode.Accepted, new { cookId, status = "deleting" }, cancellation).ConfigureAwait(false);
    }
}
