using System.Net;
using Grimoire.Accounts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Casts that have failed for good and that nobody has dealt with: listed, looked at, done again, or discarded.</summary>
public sealed class DeadLettersApi(DeadLetterStore store, DeadLetters letters, LetterSelection selection, LetterRedriver redriver, IObjectStore objects)
{
    const int MaxReason = 500;

    [Function("ListDeadLetters")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/deadletters")] HttpRequestData request,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var page = await selection
            .PageAsync(request.Account(), LetterSelection.FilterOf(request), request.Whole("top", 50, 1, 200), request.Continuation(), cancellation)
            .ConfigureAwait(false);
        return await Answer.OkAsync(request, new { page.Letters, page.Continuation }, cancellation).ConfigureAwait(false);
    }

    [Function("GetDeadLetter")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/deadletters/{id}")] HttpRequestData request,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var castId = RouteNames.Cast(id);
        if (await store.FindAsync(castId, cancellation).ConfigureAwait(false) is not { } letter)
        {
            throw await objects.ReadAsync(CastObjects.Manifest(castId), cancellation).ConfigureAwait(false) is null
                ? CastReading.NotFound(castId)
                : new Problem(HttpStatusCode.NotFound, "deadletter.notFound", LetterRedriver.NoLetter(castId)).Refused();
        }

        return await Answer.OkAsync(request, letter, cancellation).ConfigureAwait(false);
    }

    [Function("RedriveDeadLetters")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> RedriveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/deadletters/redrive")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var fields = await RequestBody.FieldsAsync(request, cancellation).ConfigureAwait(false);
        var wanted = LetterSelection.Read(request, fields);
        var how = new RedriveRequest { Version = fields.Choice("version", RedriveVersion.Original), BudgetUsd = fields.Money("budgetUsd") };
        fields.Check();
        var chosen = await selection.ChooseAsync(wanted, cancellation).ConfigureAwait(false);
        var (redriven, refused) = await redriver.RedriveAsync(client, chosen.Letters, how, cancellation).ConfigureAwait(false);
        return await Answer
            .JsonAsync(request, HttpStatusCode.Accepted, new { redriven, refused = chosen.Refused.Concat(refused), chosen.Remaining, chosen.More, chosen.Continuation }, cancellation)
            .ConfigureAwait(false);
    }

    [Function("DiscardDeadLetters")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> DiscardAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/deadletters/discard")] HttpRequestData request,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var fields = await RequestBody.FieldsAsync(request, cancellation).ConfigureAwait(false);
        var wanted = LetterSelection.Read(request, fields);
        var reason = fields.Text("reason", MaxReason);
        fields.Check();
        var chosen = await selection.ChooseAsync(wanted, cancellation).ConfigureAwait(false);
        var (discarded, refused) = (new List<object>(), new List<LetterRefusal>());
        var by = Caller.Of(request.FunctionContext).KeyName;
        foreach (var letter in chosen.Letters)
        {
            try
            {
                if (await letters.DiscardAsync(letter.CastId, by, reason, cancellation).ConfigureAwait(false))
                {
                    discarded.Add(new { letter.CastId });
                }
                else
                {
                    refused.Add(LetterRefusal.Of(letter.CastId, new Refusal(RefusalKind.NotFound, "deadletter.notFound", LetterRedriver.NoLetter(letter.CastId))));
                }
            }
            catch (StorageException away)
            {
                // Those before it are discarded, and the caller has to know.
                refused.Add(new LetterRefusal(letter.CastId, "storage.unavailable", away.Message));
            }
        }

        return await Answer
            .OkAsync(request, new { discarded, refused = chosen.Refused.Concat(refused), chosen.Remaining, chosen.More, chosen.Continuation }, cancellation)
            .ConfigureAwait(false);
    }
}

/// <summary>Nothing was done about a letter, and why.</summary>
public sealed record LetterRefusal(string CastId, string Code, string Message)
{
    public static LetterRefusal Of(string castId, Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new LetterRefusal(castId, refusal.Code, refusal.Message);
    }
}
