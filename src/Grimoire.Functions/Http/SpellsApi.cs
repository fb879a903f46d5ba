using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Documents;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Grimoire.Notifications;
using Grimoire.Spells;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Spells: save, read, list, remove, cast.</summary>
public sealed class SpellsApi(SpellStore spells, SpellReview review, CastStarts starts)
{
    [Function("PutSpell")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> PutAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/spells/{slug}")] HttpRequestData request,
        string slug,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, name) = (request.Account(), RouteNames.Spell(slug));
        var (text, findings) = await RequestBody.DocumentAsync(request, SpellLimits.Default.DocumentBytes, cancellation).ConfigureAwait(false);
        if (text is JsonObject named && findings.Count == 0 && !named.ContainsKey("slug"))
        {
            named.Insert(0, "slug", name);
        }

        var reviewed = await review.OfAsync(account, text, findings, cancellation).ConfigureAwait(false);
        var errors = reviewed.Errors.ToList();
        if (text is JsonObject fields && fields["slug"] is JsonValue other && other.ToString() != name)
        {
            errors.Add(new Finding("/slug", "spell.slug", $"'slug' is '{other}', but the URL says '{name}': the same, or none, is wanted."));
        }

        if (errors.Count > 0)
        {
            throw new Problem(HttpStatusCode.UnprocessableEntity, "spell.invalid", "The spell is not valid; errors says why.", errors).Refused();
        }

        var document = (JsonObject)text!;
        // What the API adds to documents that it hands out is not part of them.
        document.Remove("version");
        var (saved, isNew) = await SaveAsync(request, account, name, document, cancellation).ConfigureAwait(false);
        return await Answer.JsonAsync(
            request,
            isNew ? HttpStatusCode.Created : HttpStatusCode.OK,
            new { saved.Slug, saved.Version, saved.SavedAt, reviewed.Warnings },
            cancellation,
            ("ETag", ETag(saved)),
            ("Location", $"/api/spells/{saved.Slug}/versions/{saved.Version}")).ConfigureAwait(false);
    }

    [Function("GetSpell")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/spells/{slug}")] HttpRequestData request,
        string slug,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, name) = (request.Account(), RouteNames.Spell(slug));
        var saved = await spells.FindAsync(account, name, cancellation).ConfigureAwait(false) ?? throw NotFound(name);
        return await DocumentAsync(request, saved, cancellation).ConfigureAwait(false);
    }

    [Function("DeleteSpell")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/spells/{slug}")] HttpRequestData request,
        string slug,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, name) = (request.Account(), RouteNames.Spell(slug));
        return await spells.DeleteAsync(account, name, cancellation).ConfigureAwait(false) ? Answer.Nothing(request) : throw NotFound(name);
    }

    [Function("ListSpells")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/spells")] HttpRequestData request,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, top, after) = (request.Account(), request.Whole("top", 50, 1, 200), request.Continuation());
        if (after is not null && !Names.Slug().IsMatch(after))
        {
            throw RequestQuery.BadContinuation();
        }

        // One more than asked for tells whether there is another page.
        var found = await spells.ListAsync(account, after, top + 1, cancellation).ConfigureAwait(false);
        var page = found.Take(top).Select(saved => new
        {
            saved.Slug,
            Name = saved.Document["name"]?.DeepClone(),
            Description = saved.Document["description"]?.DeepClone(),
            saved.Version,
            saved.SavedAt,
        });
        return await Answer.OkAsync(request, new { spells = page, continuation = found.Count > top ? found[top - 1].Slug : null }, cancellation).ConfigureAwait(false);
    }

    [Function("ListSpellVersions")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> VersionsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/spells/{slug}/versions")] HttpRequestData request,
        string slug,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, name) = (request.Account(), RouteNames.Spell(slug));
        var versions = await spells.VersionsAsync(account, name, cancellation).ConfigureAwait(false);
        return versions.Count == 0
            ? throw NotFound(name)
            : await Answer.OkAsync(request, new { versions = versions.Select(saved => new { saved.Version, saved.SavedAt }) }, cancellation).ConfigureAwait(false);
    }

    [Function("GetSpellVersion")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> VersionAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/spells/{slug}/versions/{version}")] HttpRequestData request,
        string slug,
        string version,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, name, number) = (request.Account(), RouteNames.Spell(slug), RouteNames.Version(version));
        var saved = await spells.FindAsync(account, name, number, cancellation).ConfigureAwait(false)
            ?? throw new Problem(HttpStatusCode.NotFound, "spell.notFound", $"There is no version {number} of a spell '{name}'.").Refused();
        return await DocumentAsync(request, saved, cancellation).ConfigureAwait(false);
    }

    [Function("CastSavedSpell")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> CastAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/spells/{slug}/casts")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string slug,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (account, name) = (request.Account(), RouteNames.Spell(slug));
        var fields = await RequestBody.OptionalFieldsAsync(request, cancellation).ConfigureAwait(false);
        var cast = new CastRequest
        {
            Account = account,
            Slug = name,
            Version = fields.Whole("version", 1, 999_999),
            Inputs = fields.Object("inputs") ?? [],
            BudgetUsd = fields.Money("budgetUsd"),
            Notify = fields.Read("notify", SubscriptionReader.ReadSome),
        };
        fields.Check();
        return await starts.AnswerAsync(request, client, cast, cancellation).ConfigureAwait(false);
    }

    async Task<(SavedSpell Saved, bool IsNew)> SaveAsync(HttpRequestData request, string account, string slug, JsonObject document, CancellationToken cancellation)
    {
        try
        {
            return await spells.SaveAsync(account, slug, document, cancellation, IfMatch(request)).ConfigureAwait(false);
        }
        catch (SpellChangedException changed)
        {
            throw new Problem(HttpStatusCode.PreconditionFailed, "spell.changed",
                changed.Newest is { } newest ? $"The newest version of '{slug}' is {newest}, not the one of If-Match." : $"There is no spell '{slug}' yet, so no version of it is the newest.").Refused();
        }
    }

    /// <summary>The version that must still be the newest one.</summary>
    static int? IfMatch(HttpRequestData request)
    {
        if (!request.Headers.TryGetValues("If-Match", out var values))
        {
            return null;
        }

        var text = string.Join(",", values).Trim().Trim('"');
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new Problem(HttpStatusCode.BadRequest, "spell.versionInvalid", "If-Match is the number of a version, as the ETag gave it.").Refused();
    }

    static Task<HttpResponseData> DocumentAsync(HttpRequestData request, SavedSpell saved, CancellationToken cancellation) => Answer.JsonAsync(
        request, HttpStatusCode.OK, new { saved.Slug, saved.Version, saved.SavedAt, saved.Document }, cancellation, ("ETag", ETag(saved)));

    static string ETag(SavedSpell saved) => string.Create(CultureInfo.InvariantCulture, $"\"{saved.Version}\"");

    static RefusedException NotFound(string slug) => new Problem(HttpStatusCode.NotFound, "spell.notFound", $"There is no spell '{slug}'.").Refused();
}
