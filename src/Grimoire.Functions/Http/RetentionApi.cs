using System.Net;
using System.Text.Json;
using Grimoire.Accounts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Retention;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>What is kept no longer: told before it is removed, and removed when somebody asks for it.</summary>
public sealed class RetentionApi(RetentionRules rules, CookRemover cooks, TidyStart tidy)
{
    const int MaxPending = 1000;

    [Function("GetRetention")]
    [Needs(Role.Admin, Operators = true)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/ops/retention")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var round = await ReportAsync(client, cancellation).ConfigureAwait(false);
        var due = await rules.TellAsync(client, cancellation).ConfigureAwait(false);
        var pending = await cooks.PendingAsync(MaxPending, cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(request, new { round, due, cooksBeingRemoved = pending.Count }, cancellation).ConfigureAwait(false);
    }

    [Function("RunRetention")]
    [Needs(Role.Admin, Operators = true)]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/ops/retention")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var before = await ReportAsync(client, cancellation).ConfigureAwait(false);
        await tidy.WakeAsync(client, isRound: true, cancellation).ConfigureAwait(false);
        return await Answer.JsonAsync(
            request, HttpStatusCode.Accepted, new { id = KeepTidy.IdOf(KeepTidy.Version), round = (before?.Round ?? 0) + 1, state = "asked" }, cancellation, ("Location", "/api/ops/retention"))
            .ConfigureAwait(false);
    }

    /// <summary>Null before there was one.</summary>
    static async Task<TidyReport?> ReportAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        var instance = await client.GetInstanceAsync(KeepTidy.IdOf(KeepTidy.Version), getInputsAndOutputs: true, cancellation).ConfigureAwait(false);
        return instance?.SerializedCustomStatus is { } status ? JsonSerializer.Deserialize<TidyReport>(status, DomainJson.Options) : null;
    }
}
