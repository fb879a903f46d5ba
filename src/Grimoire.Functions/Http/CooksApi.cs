using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Cooks: start one, list them, look at one and its pieces, and control it.</summary>
public sealed class CooksApi(CookStarter starter, CookRequests requests, CookViews views, TimeProvider time)
{
    [Function("StartCookOverHttp")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> StartAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/cooks")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var cook = await requests.ReadAsync(request, cancellation).ConfigureAwait(false);
        var started = await starter.StartAsync(client, cook, cancellation).ConfigureAwait(false);
        if (started.CastId is not { } cookId)
        {
            throw Problem.Of(started.Refusal!).Refused();
        }

        var replayed = cook.Cast.IdempotencyKey is not null && !started.IsNew;
        return await CastStarts
            .AcceptedAsync(request, client, cookId, replayed, LinksOf(cookId), new JsonObject { ["cookId"] = cookId, ["pieces"] = cook.Pieces.Count }, cancellation)
            .ConfigureAwait(false);
    }

    [Function("ListCooks")]
    [Needs(Role.Viewer)]
    public static async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/cooks")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var statuses = request.Choices<CastStatus>("status");
        var query = new OrchestrationQuery(
            InstanceIdPrefix: CookIds.Prefix(request.Account()), FetchInputsAndOutputs: true, ContinuationToken: request.Continuation());
        var (cooks, continuation) = await InstancePages
            .FindAsync(client, query, request.Whole("top", 50, 1, 200), instance => ValueTask.FromResult(SummaryOf(instance) is { } cook && statuses?.Contains(cook.Status) != false ? cook : null), cancellation)
            .ConfigureAwait(false);
        return await Answer.OkAsync(request, new { cooks, continuation }, cancellation).ConfigureAwait(false);
    }

    [Function("GetCook")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/cooks/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var now = await views.GetAsync(client, id, cancellation).ConfigureAwait(false);
        var body = JsonSerializer.SerializeToNode(now.Cook, DomainJson.Options)!.AsObject();
        if (!CastReading.HasEnded(now.Cook.Status))
        {
            body["estimatedRestUsd"] = now.Cook.Progress.EstimatedRestUsd();
            body["expectedEnd"] = JsonSerializer.SerializeToNode(now.Cook.Progress.ExpectedEnd(time.GetUtcNow()), DomainJson.Options);
        }

        body["runtimeStatus"] = now.Instance.RuntimeStatus.ToString();
        body["links"] = LinksOf(now.Cook.Id);
        return await Answer.OkAsync(request, body, cancellation).ConfigureAwait(false);
    }

    [Function("ListPieces")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> PiecesAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/cooks/{id}/pieces")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var statuses = request.Choices<PieceStatus>("status");
        var from = request.Whole("continuation", 0, 0, CookIds.MaxIndex);
        var top = request.Whole("top", 50, 1, 200);
        var now = await views.GetAsync(client, id, cancellation).ConfigureAwait(false);
        var found = now.Pieces.Skip(from).Where(piece => statuses?.Contains(piece.Status) != false).Take(top + 1).ToList();
        return await Answer
            .OkAsync(request, new { pieces = found.Take(top), continuation = found.Count > top ? found[top].Piece.ToString(CultureInfo.InvariantCulture) : null }, cancellation)
            .ConfigureAwait(false);
    }

    [Function("CancelCook")]
    [Needs(Role.Caster)]
    public static Task<HttpResponseData> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/cooks/{id}/cancel")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => AskAsync(request, client, id, CastAction.Cancel, cancellation);

    [Function("PauseCook")]
    [Needs(Role.Caster)]
    public static Task<HttpResponseData> PauseAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/cooks/{id}/pause")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => AskAsync(request, client, id, CastAction.Pause, cancellation);

    [Function("ResumeCook")]
    [Needs(Role.Caster)]
    public static Task<HttpResponseData> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/cooks/{id}/resume")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => AskAsync(request, client, id, CastAction.Resume, cancellation);

    /// <summary>Casts again what has not completed: pieces that failed, were cancelled, or never began. What has completed is not touched.</summary>
    [Function("RetryFailedPieces")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> RetryAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/cooks/{id}/retryFailed")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (cookId, generation, pieces) = await new CookRetries(views, starter).RetryAsync(client, id, wanted: null, cancellation).ConfigureAwait(false);
        return await Answer.JsonAsync(
            request, HttpStatusCode.Accepted, new { cookId, generation, pieces = pieces.Count, links = LinksOf(cookId) }, cancellation, ("Location", $"/api/cooks/{cookId}"))
            .ConfigureAwait(false);
    }

    static Task<HttpResponseData> AskAsync(HttpRequestData request, DurableTaskClient client, string id, CastAction action, CancellationToken cancellation)
    {
        var cookId = RouteNames.Cook(id);
        var controlled = new Controlled(cookId, "cookId", LinksOf(cookId))
        {
            Find = CookViews.InstanceAsync,
            NotFound = CookViews.NotFound,
            Ended = new Problem(HttpStatusCode.Conflict, "cook.ended", $"The cook '{cookId}' has ended already."),
        };
        return ControlRequests.AskAsync(request, client, controlled, action, cancellation);
    }

    static JsonObject LinksOf(string cookId) => new()
    {
        ["self"] = $"/api/cooks/{cookId}",
        ["pieces"] = $"/api/cooks/{cookId}/pieces",
        ["events"] = $"/api/cooks/{cookId}/events",
        ["results"] = $"/api/cooks/{cookId}/results",
        ["artifacts"] = $"/api/cooks/{cookId}/artifacts",
    };

    static CookSummary? SummaryOf(OrchestrationMetadata instance)
    {
        if (instance.Name != nameof(CookSpells))
        {
            return null;
        }

        var report = CookViews.ReportOf(instance);
        return new CookSummary(instance.InstanceId, CookViews.StatusOf(instance, report), instance.CreatedAt, instance.LastUpdatedAt)
        {
            Name = report?.Name,
            Spell = report?.Spell,
            Generation = report?.Generation ?? 1,
            Progress = report?.Progress,
            Error = report?.Error,
            Code = report?.Code,
        };
    }
}

/// <summary>A cook as it is listed.</summary>
public sealed record CookSummary(string Id, CastStatus Status, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public string? Name { get; init; }

    /// <summary>Null before it has begun.</summary>
    public string? Spell { get; init; }

    public int Generation { get; init; }

    public CookProgress? Progress { get; init; }

    public string? Error { get; init; }

    public string? Code { get; init; }
}
