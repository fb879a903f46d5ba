using System.Net;
using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Does casts again that have ended: one, or all that a filter finds.</summary>
public sealed class RedriveApi(Redriver redriver, CastListing listing)
{
    static readonly IReadOnlySet<CastStatus> Redrivable = new HashSet<CastStatus> { CastStatus.Failed, CastStatus.Cancelled };

    [Function("RedriveCast")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> OneAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/casts/{id}/redrive")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var castId = RouteNames.Cast(id);
        var fields = await RequestBody.OptionalFieldsAsync(request, cancellation).ConfigureAwait(false);
        var redrive = Read(fields) with { IdempotencyKey = IdempotencyKey.Of(request) };
        fields.Check();
        var started = await redriver.RedriveAsync(client, castId, redrive, cancellation).ConfigureAwait(false);
        if (started.CastId is not { } again)
        {
            throw Problem.Of(started.Refusal!).Refused();
        }

        return await CastStarts.AcceptedAsync(
            request, client, again, redrive.IdempotencyKey is not null && !started.IsNew, CastStarts.LinksOf(again),
            new JsonObject { ["castId"] = again, ["redriveOf"] = castId }, cancellation).ConfigureAwait(false);
    }

    [Function("RedriveCasts")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> ManyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/casts/redrive")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var filter = CastsApi.FilterOf(request) with { Children = false };
        filter = filter with { Statuses = filter.Statuses ?? new HashSet<CastStatus> { CastStatus.Failed } };
        if (!filter.Statuses.IsSubsetOf(Redrivable))
        {
            throw RequestQuery.Bad("status", "failed, cancelled or both are wanted: only those are done again");
        }

        var fields = await RequestBody.OptionalFieldsAsync(request, cancellation).ConfigureAwait(false);
        var isDryRun = fields.Flag("dryRun");
        var redrive = Read(fields);
        fields.Check();
        var key = IdempotencyKey.Of(request);
        if (key is null && !isDryRun)
        {
            throw new Problem(
                HttpStatusCode.BadRequest, "idempotencyKey.missing", "An Idempotency-Key is wanted: without one, the same request again would pay for all of them again.").Refused();
        }

        var page = await listing.ListAsync(client, filter, request.Whole("top", 50, 1, 200), request.Continuation(), cancellation).ConfigureAwait(false);
        var (redriven, refused, replayed) = (new List<object>(), new List<object>(), 0);
        foreach (var cast in page.Casts)
        {
            if (isDryRun)
            {
                redriven.Add(new { CastId = cast.Id });
                continue;
            }

            CastStarted started;
            try
            {
                started = await redriver.RedriveAsync(client, cast.Id, redrive with { IdempotencyKey = $"{key}.{cast.Id}" }, cancellation).ConfigureAwait(false);
            }
            catch (StorageException away)
            {
                // Those before it are started, and the caller has to know.
                started = new CastStarted(null, false, new Refusal(RefusalKind.State, "storage.unavailable", away.Message));
            }

            if (started.CastId is { } again)
            {
                redriven.Add(new { CastId = cast.Id, Again = again, Replayed = started.IsNew ? null : (bool?)true });
                replayed += started.IsNew ? 0 : 1;
            }
            else
            {
                refused.Add(new { CastId = cast.Id, started.Refusal!.Code, started.Refusal.Message });
            }
        }

        // Only if nothing was started: what has failed since the first time is done again by the second.
        (string, string)[] headers = replayed > 0 && replayed == redriven.Count ? [("Idempotency-Replayed", "true")] : [];
        return await Answer
            .JsonAsync(request, isDryRun ? HttpStatusCode.OK : HttpStatusCode.Accepted, new { redriven, refused, page.Continuation }, cancellation, headers)
            .ConfigureAwait(false);
    }

    static RedriveRequest Read(RequestFields fields) => new()
    {
        FromStep = fields.Text("fromStep", 64),
        Inputs = fields.Object("inputs"),
        Version = fields.Choice("version", RedriveVersion.Original),
        BudgetUsd = fields.Money("budgetUsd"),
    };
}
