using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Starts a cast for a request and answers 202, whichever resource was asked.</summary>
public sealed class CastStarts(CastStarter starter)
{
    /// <summary>The id of the cast, and whether an earlier request with the same key has started it.</summary>
    /// <param name="request">What came in.</param>
    /// <param name="client">The engine's.</param>
    /// <param name="cast">What it asks for.</param>
    /// <param name="place">Where in the body it is that something is wrong, by where in the spell; null: the body has the spell as it is, in "spell".</param>
    /// <param name="cancellation">The caller has gone.</param>
    /// <exception cref="RefusedException">It cannot be cast.</exception>
    public async Task<(string CastId, bool Replayed)> StartAsync(
        HttpRequestData request, DurableTaskClient client, CastRequest cast, Func<string, string>? place, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(cast);
        RequestBody.CheckSize(cast.Inputs, "Inputs", RequestBody.MaxInputBytes);
        cast = cast with
        {
            IdempotencyKey = IdempotencyKey.Of(request),
            Fingerprint = Fingerprint(cast),
            TraceParent = Header(request, "traceparent"),
            TraceState = Header(request, "tracestate"),
        };
        var started = await starter.StartAsync(client, cast, cancellation).ConfigureAwait(false);
        return started switch
        {
            { CastId: { } id } => (id, cast.IdempotencyKey is not null && !started.IsNew),
            { Refusal: { } refusal } => throw Problem.Of(Placed(refusal, cast, place ?? (pointer => "/spell" + pointer))).Refused(),
            _ => throw new InvalidOperationException("A cast was neither started nor refused."),
        };
    }

    public async Task<HttpResponseData> AnswerAsync(
        HttpRequestData request, DurableTaskClient client, CastRequest cast, CancellationToken cancellation, Func<string, string>? place = null)
    {
        var (id, replayed) = await StartAsync(request, client, cast, place, cancellation).ConfigureAwait(false);
        return await AcceptedAsync(request, client, id, replayed, LinksOf(id), new JsonObject { ["castId"] = id }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Answers with what Durable Functions answers a start with, as far as the caller may have it, and more.</summary>
    public static Task<HttpResponseData> AcceptedAsync(
        HttpRequestData request, DurableTaskClient client, string castId, bool replayed, JsonObject links, JsonObject more, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(links);
        ArgumentNullException.ThrowIfNull(more);

        // The addresses of Durable Functions have a key of the host in them, which opens the orchestrations of every account.
        var body = Caller.Of(request.FunctionContext).IsOperator
            ? JsonSerializer.SerializeToNode(client.CreateHttpManagementPayload(castId, request), DomainJson.Options)!.AsObject()
            : new JsonObject { ["id"] = castId };
        foreach (var (name, value) in more.ToList())
        {
            body[name] = value?.DeepClone();
        }

        body["links"] = links.DeepClone();
        (string, string)[] headers = [("Location", (string)links["self"]!), .. replayed ? [("Idempotency-Replayed", "true")] : Array.Empty<(string, string)>()];
        return Answer.JsonAsync(request, HttpStatusCode.Accepted, body, cancellation, headers);
    }

    public static JsonObject LinksOf(string castId) => new()
    {
        ["self"] = $"/api/casts/{castId}",
        ["events"] = $"/api/casts/{castId}/events",
        ["steps"] = $"/api/casts/{castId}/steps",
        ["artifacts"] = $"/api/casts/{castId}/artifacts",
    };

    /// <summary>What is wrong with a spell that came with the request is wrong at some place of the body.</summary>
    static Refusal Placed(Refusal refusal, CastRequest cast, Func<string, string> place) => cast.Spell is null || refusal.Code != "spell.invalid" ? refusal : refusal with
    {
        Errors = refusal.Errors is null ? null : [.. refusal.Errors.Select(error => error with { Pointer = place(error.Pointer) })],
    };

    internal static string? Header(HttpRequestData request, string name) => request.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    static string Fingerprint(CastRequest cast) =>
        IdempotencyClaims.Fingerprint(new { cast.Spell, cast.Slug, cast.Version, cast.Inputs, cast.BudgetUsd, cast.Goal, Notify = cast.Notify.Count == 0 ? null : cast.Notify });
}
