using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Grimoire.Notifications;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Runs: casts in the words of a control plane, of plans that come with the request.</summary>
public sealed class RunsApi(CastStarts starts, CastReading reading, AttemptStore attempts)
{
    [Function("StartRun")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> StartAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/runs")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var fields = await RequestBody.FieldsAsync(request, cancellation).ConfigureAwait(false);
        var account = fields.Text("account", 32) is { } named ? request.Account(named) : request.Account();
        var budget = fields.Money("budgetUsd");
        var notify = fields.Read("notify", SubscriptionReader.ReadSome);
        var plan = RunPlan.Of(fields);
        fields.Check();
        var cast = new CastRequest { Account = account, Spell = plan!.Spell, Goal = plan.Goal, BudgetUsd = budget, Notify = notify };
        var (id, replayed) = await starts.StartAsync(request, client, cast, RunPlan.Placed, cancellation).ConfigureAwait(false);
        return await CastStarts
            .AcceptedAsync(request, client, id, replayed, RunView.LinksOf(id), new JsonObject { ["runId"] = id, ["castId"] = id, ["status"] = "pending" }, cancellation)
            .ConfigureAwait(false);
    }

    [Function("GetRun")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/runs/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cast = await reading.GetAsync(client, id, cancellation).ConfigureAwait(false);
        var records = await attempts.ListAsync(id, step: null, cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(request, RunView.Of(cast.View, records), cancellation).ConfigureAwait(false);
    }
}
