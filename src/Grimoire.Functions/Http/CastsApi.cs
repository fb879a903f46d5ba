using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Security;
using Grimoire.Notifications;
using Grimoire.Spells;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Casts: start one, list them, look at one, remove one.</summary>
public sealed class CastsApi(CastStarts starts, CastReading reading, CastListing listing, CastRemover remover)
{
    [Function("StartCastOverHttp")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> StartAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/casts")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var fields = await RequestBody.FieldsAsync(request, cancellation).ConfigureAwait(false);
        var (document, slug) = SpellOf(fields);
        var cast = new CastRequest
        {
            Account = AccountOf(request, fields),
            Slug = slug,
            Version = fields.Whole("version", 1, 999_999),
            Inputs = fields.Object("inputs") ?? [],
            BudgetUsd = fields.Money("budgetUsd"),
            Notify = fields.Read("notify", SubscriptionReader.ReadSome),
        };
        if (document is not null && cast.Version is not null)
        {
            fields.Error("version", "field.value", "'version' is for spells that are saved; this one came with the request.");
        }

        fields.Check();
        return await starts.AnswerAsync(request, client, cast with { Spell = Read(document) }, cancellation).ConfigureAwait(false);
    }

    [Function("ListCasts")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/casts")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var filter = FilterOf(request);
        var page = await listing
            .ListAsync(client, filter, request.Whole("top", 50, 1, 200), request.Continuation(), cancellation)
            .ConfigureAwait(false);
        return await Answer.OkAsync(request, page, cancellation).ConfigureAwait(false);
    }

    [Function("GetCast")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/casts/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cast = await reading.GetAsync(client, id, cancellation).ConfigureAwait(false);
        var body = JsonSerializer.SerializeToNode(cast.View, DomainJson.Options)!.AsObject();
        if (cast.View.Status == CastStatus.Completed)
        {
            body["output"] = await reading.OutputAsync(id, cancellation).ConfigureAwait(false);
        }

        body["runtimeStatus"] = cast.Instance?.RuntimeStatus.ToString();
        if (cast.Report is { } report && !CastReading.HasEnded(cast.View.Status))
        {
            body["now"] = JsonSerializer.SerializeToNode(new { report.Steps, report.Running }, DomainJson.Options);
        }

        body["links"] = CastStarts.LinksOf(id);
        return await Answer.OkAsync(request, body, cancellation).ConfigureAwait(false);
    }

    [Function("DeleteCast")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/casts/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        var castId = RouteNames.Cast(id);
        var instance = await CastReading.InstanceAsync(client, castId, cancellation).ConfigureAwait(false);
        if (instance is { IsCompleted: false })
        {
            throw new Problem(HttpStatusCode.Conflict, "cast.running", $"The cast '{castId}' has not ended: cancel it first.").Refused();
        }

        if (instance is null && !await remover.AnyLeftAsync(castId, cancellation).ConfigureAwait(false))
        {
            throw CastReading.NotFound(castId);
        }

        await remover.RemoveAsync(client, castId, cancellation).ConfigureAwait(false);
        return Answer.Nothing(request);
    }

    /// <summary>Which casts the parameters of the URL ask for.</summary>
    internal static CastFilter FilterOf(HttpRequestData request) => new(request.Account())
    {
        Statuses = request.Choices<CastStatus>("status"),
        Spell = request.Query["spell"] is { Length: > 0 } slug ? RouteNames.Spell(slug) : null,
        Cook = CookOf(request),
        From = request.Time("from"),
        To = request.Time("to"),
        Children = request.Flag("children"),
    };

    /// <exception cref="RefusedException">It is another account's, or cannot be one.</exception>
    static string? CookOf(HttpRequestData request) => request.Query["cook"] is not { Length: > 0 } cook ? null
        : CookIds.AccountOf(RouteNames.Cook(cook)) == request.Account() ? cook
        : throw CookViews.NotFound(cook);

    static string AccountOf(HttpRequestData request, RequestFields fields) => fields.Text("account", 32) is { } account
        ? request.Account(account)
        : request.Account();

    /// <summary>The spell itself, or the slug of a saved one.</summary>
    static (JsonObject? Document, string? Slug) SpellOf(RequestFields fields)
    {
        if (fields.Has("slug") == fields.Has("spell"))
        {
            fields.Error("spell", "field.missing", "Either 'spell', the spell itself, or 'slug', the slug of a saved one, is wanted.");
        }

        var slug = fields.Text("slug", 64);
        if (slug is not null && !Names.Slug().IsMatch(slug))
        {
            fields.Error("slug", "field.value", $"'slug' cannot be one: {Names.SlugInWords}.");
        }

        return (fields.Object("spell"), slug);
    }

    static Spell? Read(JsonObject? document)
    {
        if (document is null)
        {
            return null;
        }

        RequestBody.CheckDocument(document);
        document = document.DeepClone().AsObject();
        if (document["slug"] is null)
        {
            document["slug"] = "inline";
        }

        var reading = SpellDocument.Read(document);
        return reading.Spell ?? throw new Problem(
            HttpStatusCode.UnprocessableEntity, "spell.invalid", "The spell cannot be cast; errors says why.",
            [.. reading.Errors.Select(error => error with { Pointer = "/spell" + error.Pointer })]).Refused();
    }
}
