using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>What happened in a cast or a cook, as it happens; and in a run, which is a cast in other words.</summary>
public sealed class EventsApi(EventFeed feed)
{
    [Function("GetCastEvents")]
    [Needs(Role.Viewer)]
    public Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/casts/{id}/events")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => OfCastAsync(request, client, id, e => e, cancellation);

    [Function("GetRunEvents")]
    [Needs(Role.Viewer)]
    public Task<HttpResponseData> GetOfRunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/runs/{id}/events")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => OfCastAsync(request, client, id, RunView.EventOf, cancellation);

    [Function("GetCookEvents")]
    [Needs(Role.Viewer)]
    public Task<HttpResponseData> GetOfCookAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/cooks/{id}/events")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        var cookId = RouteNames.Cook(id);
        return AnswerAsync(request, wish => feed.ReadOfCookAsync(client, cookId, wish, cancellation), cancellation);
    }

    Task<HttpResponseData> OfCastAsync(
        HttpRequestData request, DurableTaskClient client, string id, Func<CastEvent, CastEvent?> translate, CancellationToken cancellation)
    {
        var castId = RouteNames.Cast(id);
        return AnswerAsync(request, wish => feed.ReadAsync(client, castId, wish, translate, cancellation), cancellation);
    }

    /// <summary>Reads the wish in the URL, and answers with what is read for it.</summary>
    static async Task<HttpResponseData> AnswerAsync(HttpRequestData request, Func<EventWish, Task<EventPage>> read, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var wish = new EventWish(
            request.Whole("after", 0, 0, int.MaxValue), request.Whole("limit", 500, 1, 5000), TimeSpan.FromSeconds(request.Whole("wait", 0, 0, 60)));
        var page = await read(wish).ConfigureAwait(false);
        var events = page.Events.Select(numbered => new
        {
            numbered.Seq,
            numbered.Event.Id,
            numbered.Event.Type,
            numbered.Event.At,
            numbered.Event.Step,
            numbered.Event.Item,
            numbered.Event.Attempt,
            numbered.Event.Data,
        });
        return await Answer.OkAsync(request, new { events, page.Next, page.Ended }, cancellation).ConfigureAwait(false);
    }
}
