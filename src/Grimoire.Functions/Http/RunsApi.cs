using System.Text.Json.Nodes;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Runs: casts in the words of a control plane, of plans that come with the request.</summary>
public sealed class RunsApi(CastStarts starts, CastReading reading, AttemptStore attempts, EventFeed feed, IObjectStore objects)
{
    [Function("StartRun")]
    public async Task<HttpResponseData> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var fields = await RequestBody.FieldsAsync(request, cancellation).ConfigureAwait(false);
        var account = fields.Text("account", 32) is { } named ? RequestQuery.AccountOf(named) : request.Account();
        var budget = fields.Money("budgetUsd");
        var plan = RunPlan.Of(fields);
        fields.Check();
        var cast = new CastRequest { Account = account, Spell = plan!.Spell, Goal = plan.Goal, BudgetUsd = budget };
        string id;
        bool replayed;
        try
        {
            (id, replayed) = await starts.StartAsync(request, client, cast, cancellation).ConfigureAwait(false);
        }
        catch (RefusedException refused) when (refused.Problem.Code == "spell.invalid")
        {
            throw (refused.Problem with { Errors = [.. (refused.Problem.Errors ?? []).Select(RunPlan.Placed)] }).Refused();
        }

        return await CastStarts
            .AcceptedAsync(request, client, id, replayed, RunView.LinksOf(id), new JsonObject { ["runId"] = id, ["castId"] = id, ["status"] = "pending" }, cancellation)
            .ConfigureAwait(false);
    }

    [Function("GetRun")]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cast = await reading.GetAsync(client, id, cancellation).ConfigureAwait(false);
        var records = await attempts.ListAsync(id, step: null, cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(request, RunView.Of(cast.View, records), cancellation).ConfigureAwait(false);
    }

    [Function("GetRunEvents")]
    public async Task<HttpResponseData> EventsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/events")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await EventsApi.AnswerAsync(feed, request, client, id, RunView.EventOf, cancellation).ConfigureAwait(false);
    }

    [Function("ListRunArtifacts")]
    public async Task<HttpResponseData> ArtifactsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/artifacts")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cast = await reading.GetAsync(client, id, cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(request, new { cast.View.Artifacts }, cancellation).ConfigureAwait(false);
    }

    [Function("GetRunArtifact")]
    public async Task<HttpResponseData> ArtifactAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "runs/{id}/artifacts/{*name}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        string name,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cast = await reading.GetAsync(client, id, cancellation).ConfigureAwait(false);
        return await ArtifactsApi.SendAsync(objects, request, cast.View, name, cancellation).ConfigureAwait(false);
    }
}
