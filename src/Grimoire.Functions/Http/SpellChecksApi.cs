using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Documents;
using Grimoire.Functions.Security;
using Grimoire.Schemas;
using Grimoire.Spells;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>Checks a spell without saving it, and tells what a cast of it would do.</summary>
public sealed class SpellChecksApi(SpellReview review, JsonSchemas schemas)
{
    [Function("ValidateSpell")]
    [Needs(Role.Caster)]
    public async Task<HttpResponseData> ValidateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/spells/validate")] HttpRequestData request,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var account = request.Account();
        var (document, findings) = await RequestBody.DocumentAsync(request, RequestBody.MaxBytes, cancellation).ConfigureAwait(false);
        JsonObject? inputs = null;
        var place = "";
        if (findings.Count == 0 && document is JsonObject body && body.ContainsKey("spell") && !body.ContainsKey("steps"))
        {
            var fields = new RequestFields(body);
            (document, inputs, place) = (fields.Object("spell", required: true), fields.Object("inputs"), "/spell");
            fields.Check();
            RequestBody.CheckSize(inputs, "Inputs", RequestBody.MaxInputBytes);
        }

        RequestBody.CheckDocument(document);
        var reviewed = await review.OfAsync(account, document, findings, cancellation).ConfigureAwait(false);
        var dryRun = inputs is not null && reviewed is { Spell: { } spell, Catalog: { } catalog, Errors.Count: 0 }
            ? DryRun.Of(spell, catalog, inputs, schemas)
            : null;
        return await Answer.OkAsync(
            request,
            new
            {
                valid = reviewed.Errors.Count == 0,
                errors = Placed(reviewed.Errors, place),
                warnings = Placed(reviewed.Warnings, place),
                dryRun,
                graph = reviewed.Spell is null ? null : SpellGraph.Of(reviewed.Spell),
            },
            cancellation).ConfigureAwait(false);
    }

    static IEnumerable<Finding> Placed(IReadOnlyList<Finding> findings, string place) => findings.Select(finding => finding with { Pointer = place + finding.Pointer });
}
